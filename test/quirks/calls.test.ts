import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { listen } from "../../examples/support/listen.js";
import { requestWith } from "../support/requests.js";
import type { Given } from "./given.js";
import { connectWith } from "./given.js";
import { NOW } from "./journey.js";

const TOKEN = { authScheme: "BEARER_TOKEN", params: { token: "t" } } as const;

describe("every call", () => {
  it.each<[string, Given, Readonly<Record<string, string>>]>([
    [
      "github",
      TOKEN,
      {
        "user-agent": "mooring",
        "x-github-api-version": "2022-11-28",
        accept: "application/vnd.github+json",
      },
    ],
    ["notion", { authScheme: "API_KEY", params: { api_key: "k" } }, { "notion-version": "2026-03-11" }],
    ["anthropic", { authScheme: "API_KEY", params: { api_key: "k" } }, { "anthropic-version": "2023-06-01" }],
  ])("to %s has the headers it must have", async (slug, given, headers) => {
    const { connection, sent } = await connectWith(slug, given);
    await connection.request("/x");
    const call = sent.at(-1);
    for (const [name, value] of Object.entries(headers)) expect(call?.headers.get(name)).toBe(value);
  });
});

describe("a limit that is told in the provider's own way", () => {
  /** What a call that is one too many ends with. */
  async function limited(
    slug: string,
    given: Given,
    status: number,
    headers: Readonly<Record<string, string>>,
  ) {
    const { connection } = await connectWith(slug, {
      ...given,
      answer: ({ line }) =>
        line.endsWith("/x")
          ? new Response("{}", { status, headers })
          : Response.json({ id: "7", data: { viewer: { id: "7" } } }),
    });
    return connection.request("/x", { retry: 0 });
  }

  it("is GitHub's: status 403, nothing remaining, and when it is over", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 7) };
    await expect(limited("github", TOKEN, 403, headers)).rejects.toMatchObject({
      retryable: true,
      retryAfterMs: 7_000,
    });
  });

  it("is not taken for one where calls remain: 403 is a refusal then", async () => {
    const headers = { "x-ratelimit-remaining": "12" };
    await expect(limited("github", TOKEN, 403, headers)).rejects.toMatchObject({
      status: 403,
      retryable: false,
    });
  });

  it("is Linear's: status 400, and a moment in milliseconds", async () => {
    const headers = {
      "x-ratelimit-requests-remaining": "0",
      "x-ratelimit-requests-reset": String(NOW + 9_000),
    };
    const given = { authScheme: "API_KEY", params: { api_key: "k" } };
    await expect(limited("linear", given, 400, headers)).rejects.toMatchObject({
      retryable: true,
      retryAfterMs: 9_000,
    });
  });

  it("is a date in Retry-After, at any provider", async () => {
    const headers = { "retry-after": new Date(NOW + 5_000).toUTCString() };
    await expect(limited("github", TOKEN, 429, headers)).rejects.toMatchObject({ retryAfterMs: 5_000 });
  });
});

describe("an answer that is compressed", () => {
  it("is read as what it was", async () => {
    const server = createServer((_request, response) => {
      response
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        .end(gzipSync(`{"results":[{"id":"7"}]}`));
    });
    const { origin, close } = await listen(server);
    try {
      const { request } = requestWith({ baseUrl: `${origin}/`, fetch });
      expect(await request("/objects").json()).toEqual({ results: [{ id: "7" }] });
    } finally {
      await close();
    }
  });
});

describe("credentials on a redirect", () => {
  const params = { client_namespace: "acme", username: "ada", password: "p" };
  const redirectedTo = async (location: string) => {
    const { connection, sent } = await connectWith("dayforce", {
      params,
      answer: ({ line }) =>
        line.includes("www.dayforcehcm.com")
          ? new Response(null, { status: 302, headers: { location } })
          : Response.json({}),
    });
    await connection.request("/Employees");
    return sent.at(-1);
  };

  it("go along to Dayforce's other hosts", async () => {
    const call = await redirectedTo("https://usr57-services.dayforcehcm.com/Api/acme/V1/Employees");
    expect(call?.line).toBe("GET https://usr57-services.dayforcehcm.com/Api/acme/V1/Employees");
    expect(call?.headers.get("authorization")).toBe("Basic YWRhOnA=");
  });

  it("do not go along to anyone else", async () => {
    const call = await redirectedTo("https://dayforcehcm.com.evil.example/Api");
    expect(call?.headers.get("authorization")).toBeNull();
  });
});
