import { describe, expect, it } from "vitest";
import { SECRET } from "../support/credentials.js";
import { requestWith } from "../support/requests.js";

/** Where a request to `api.acme.example` was redirected to, and whether the credentials went along. */
async function followed(location: string, redirectHosts: string | null) {
  const sent: (readonly [string, string | null])[] = [];
  const { request } = requestWith({
    baseUrl: "https://api.acme.example/",
    redirectHosts,
    fetch: async (input, init) => {
      const { url, headers } = new Request(input, init);
      sent.push([url, headers.get("authorization")]);
      return sent.length === 1 ? new Response(null, { status: 307, headers: { location } }) : new Response();
    },
  });
  await request("/employees");
  return sent.at(-1);
}

describe("credentials along a redirect", () => {
  const HOSTS = "[a-z0-9]+\\.acme\\.example";

  it("follow to the hosts the app names", async () => {
    const url = "https://eu7.acme.example/employees";
    expect(await followed(url, HOSTS)).toEqual([url, `Bearer ${SECRET}`]);
  });

  it.each([
    ["https://eu7.acme.example/employees", null],
    ["https://eu7.acme.example.evil.example/", HOSTS],
    ["https://evil.example/eu7.acme.example", HOSTS],
    ["https://eu7.acme.example:8443/", HOSTS],
  ])("do not follow to %s where %s is allowed", async (url, hosts) => {
    expect(await followed(url, hosts)).toEqual([url, null]);
  });
});
