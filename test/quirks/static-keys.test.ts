import { describe, expect, it } from "vitest";
import { connectWith } from "./given.js";

/** What `printf %s … | base64` makes of the text behind it. */
const BASIC: Readonly<Record<string, string>> = {
  "key:": "Basic a2V5Og==",
  "ada@acme.example/token:key": "Basic YWRhQGFjbWUuZXhhbXBsZS90b2tlbjprZXk=",
  "key:X": "Basic a2V5Olg=",
  "api:key": "Basic YXBpOmtleQ==",
};

describe("a key in HTTP Basic", () => {
  it.each([
    ["stripe", { username: "key" }, "https://api.stripe.com/v1/x", "key:"],
    [
      "zendesk",
      { subdomain: "acme", username: "ada@acme.example", password: "key" },
      "https://acme.zendesk.com/api/v2/x",
      "ada@acme.example/token:key",
    ],
    ["freshdesk", { subdomain: "acme", username: "key" }, "https://acme.freshdesk.com/api/v2/x", "key:X"],
    ["mailgun", { password: "key" }, "https://api.mailgun.net/x", "api:key"],
    ["mailgun", { password: "key", host: "api.eu.mailgun.net" }, "https://api.eu.mailgun.net/x", "api:key"],
  ] as const)("of %s is where the documentation has it: %o", async (slug, params, url, pair) => {
    const { connection, sent } = await connectWith(slug, { authScheme: "BASIC", params });
    await connection.request("/x");
    expect(sent.at(-1)?.line).toBe(`GET ${url}`);
    expect(sent.at(-1)?.headers.get("authorization")).toBe(BASIC[pair]);
  });

  it("that Back Market encoded beforehand goes out as it is", async () => {
    const { connection, sent } = await connectWith("backmarket", {
      params: { api_key: "NzZhMGVh", host: "www.backmarket.com", language: "en-us" },
    });
    await connection.request("/listings");
    const [call] = sent;
    expect(call?.line).toBe("GET https://www.backmarket.com/ws/listings");
    expect(call?.headers.get("authorization")).toBe("Basic NzZhMGVh");
    expect(call?.headers.get("accept-language")).toBe("en-us");
    expect(call?.headers.get("user-agent")).toBe("mooring");
  });

  it.each([
    ["mailgun", { password: "key", host: "api.evil.example" }],
    ["backmarket", { api_key: "key", host: "www.backmarket.evil.example" }],
    ["zendesk", { subdomain: "evil.example/", username: "a", password: "key" }],
  ])("of %s goes to no other host", async (slug, params) => {
    const authScheme = slug === "backmarket" ? "API_KEY" : "BASIC";
    await expect(connectWith(slug, { authScheme, params })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});

describe("a key beside an account and a region", () => {
  it("of Algolia: the application is in the host and in a header", async () => {
    const { connection, sent } = await connectWith("algolia", {
      params: { application_id: "B1G2GM9NG0", api_key: "key" },
    });
    await connection.request("/indexes");
    expect(sent[0]?.line).toBe("GET https://b1g2gm9ng0.algolia.net/1/indexes");
    expect(sent[0]?.headers.get("x-algolia-application-id")).toBe("B1G2GM9NG0");
    expect(sent[0]?.headers.get("x-algolia-api-key")).toBe("key");
  });

  it("of Datadog: two keys in two headers, at the host of the site", async () => {
    const { sent } = await connectWith("datadog", {
      params: { site: "datadoghq.eu", api_key: "key", api_secret: "app-key" },
    });
    expect(sent[0]?.line).toBe("GET https://api.datadoghq.eu/api/v2/current_user");
    expect(sent[0]?.headers.get("dd-api-key")).toBe("key");
    expect(sent[0]?.headers.get("dd-application-key")).toBe("app-key");
  });
});
