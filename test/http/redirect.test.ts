import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAuthenticatedFetch } from "../../src/http/authenticated-fetch.js";
import type { Fetch } from "../../src/ports/runtime.js";
import type { TestCredentials } from "../support/credentials.js";
import { credentialSource, networkRuntime, openedCredentials, SECRET } from "../support/credentials.js";
import { failure } from "../support/failure.js";
import { loopbackServer } from "../support/loopback-server.js";

function fetchWith(credentials: TestCredentials): Fetch {
  return createAuthenticatedFetch(credentialSource(credentials).source, networkRuntime());
}

/** An API that redirects `/from` and answers everything else, and an unrelated server. */
async function servers(options: { location?: (other: string) => string; status?: number } = {}) {
  const { location = () => "/to", status = 302 } = options;
  const other = await loopbackServer(() => ({ body: "other" }));
  const api = await loopbackServer(({ url }) =>
    url.startsWith("/from") ? { status, headers: { location: location(other.origin) } } : { body: "api" },
  );
  return { api, other };
}

/** Puts the secret everywhere a scheme can. */
function applyEverywhere(request: Request): Request {
  const url = new URL(request.url);
  url.searchParams.set("api_key", SECRET);
  const body = request.method === "POST" ? { body: `key=${encodeURIComponent(SECRET)}` } : {};
  const applied = new Request(url, { method: request.method, headers: request.headers, ...body });
  applied.headers.set("authorization", `Bearer ${SECRET}`);
  applied.headers.set("x-api-key", SECRET);
  applied.headers.set("cookie", `session=${encodeURIComponent(SECRET)}`);
  return applied;
}

describe("a redirect on the same origin", () => {
  it("is followed with the credentials, applied anew to the new URL", async () => {
    const { api } = await servers({ location: () => "/to?page=2" });
    const response = await fetchWith({
      baseUrl: api.origin,
      apply(request) {
        request.headers.set("authorization", `Signature of ${new URL(request.url).pathname}`);
        return request;
      },
    })("/from");
    expect(await response.text()).toBe("api");
    expect(response).toMatchObject({ url: `${api.origin}/to?page=2`, redirected: true });
    expect(api.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/from", "Signature of /from"],
      ["/to?page=2", "Signature of /to"],
    ]);
  });

  it("is relative to the URL without credentials", async () => {
    const { api } = await servers({ location: () => "?page=2" });
    const error = await failure(fetchWith({ baseUrl: api.origin, apply: applyEverywhere })("/from"));
    expect(error).toMatchObject({
      code: "REQUEST_FAILED",
      message: expect.stringContaining("more than 20 times"),
    });
    expect(api.received).toHaveLength(21);
    expect(api.received[20]?.url.match(/api_key/g)).toHaveLength(1);
  });

  it("may be answered with a 401, which renews the credentials", async () => {
    const api = await loopbackServer(({ url, headers }) => {
      if (url === "/from") return { status: 307, headers: { location: "/to" } };
      return { status: headers.authorization === "Bearer newer" ? 200 : 401 };
    });
    const newer = openedCredentials({
      baseUrl: api.origin,
      apply(request) {
        request.headers.set("authorization", "Bearer newer");
        return request;
      },
    });
    const fetch = fetchWith({ baseUrl: api.origin, renew: () => Promise.resolve(newer) });
    expect((await fetch("/from", { method: "POST", body: "text" })).status).toBe(200);
    expect(api.received.map(({ url, body }) => [url, body])).toEqual([
      ["/from", "text"],
      ["/to", "text"],
      ["/to", "text"],
    ]);
  });

  it.each([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [303, "HEAD", "HEAD", ""],
    [301, "PUT", "PUT", "text"],
    [302, "DELETE", "DELETE", "text"],
    [307, "POST", "POST", "text"],
    [308, "PATCH", "PATCH", "text"],
  ])("with status %i turns %s into %s", async (status, method, next, body) => {
    const { api } = await servers({ status });
    const init = {
      method,
      ...(method === "HEAD" ? {} : { body: "text" }),
      headers: { "content-type": "text/x-own" },
    };
    await fetchWith({ baseUrl: api.origin })("/from", init);
    expect(api.received[1]).toMatchObject({ method: next, url: "/to", body });
    expect(api.received[1]?.headers["content-type"]).toBe(next === method ? "text/x-own" : undefined);
  });

  it("sends a Request's body again", async () => {
    const { api } = await servers({ status: 307 });
    await fetchWith({ baseUrl: api.origin })(
      new Request(`${api.origin}/from`, { method: "POST", body: "text" }),
    );
    expect(api.received.map(({ url, body }) => [url, body])).toEqual([
      ["/from", "text"],
      ["/to", "text"],
    ]);
  });

  it("is refused when it needs a body that can be read only once", async () => {
    const { api } = await servers({ status: 307 });
    const init = { method: "POST", body: new Blob(["text"]).stream() };
    expect(await failure(fetchWith({ baseUrl: api.origin })("/from", init))).toMatchObject({
      code: "REQUEST_FAILED",
      retryable: false,
      status: 307,
      hint: expect.stringContaining("string"),
    });
  });

  it("is left to a caller who wants to see it", async () => {
    const { api } = await servers();
    const fetch = fetchWith({ baseUrl: api.origin });
    const response = await fetch("/from", { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/to"]);
    expect(await failure(fetch("/from", { redirect: "error" }))).toMatchObject({
      code: "REQUEST_FAILED",
      status: 302,
    });
    expect(api.received.map(({ url }) => url)).toEqual(["/from", "/from"]);
  });

  it("without a location is an answer like any other", async () => {
    const api = await loopbackServer(() => ({ status: 302, body: "nowhere" }));
    const response = await fetchWith({ baseUrl: api.origin })("/");
    expect([response.status, await response.text()]).toEqual([302, "nowhere"]);
  });
});

describe("a redirect to another origin", () => {
  it.each([302, 307])("with status %i takes no credentials along", async (status) => {
    const echo = encodeURIComponent(SECRET);
    const { api, other } = await servers({
      status,
      location: (origin) => `${origin}/to?keep=1&token=${echo}&b64=${btoa(SECRET)}`,
    });
    const response = await fetchWith({ baseUrl: api.origin, apply: applyEverywhere })("/from", {
      method: "POST",
      body: "of the caller",
      headers: {
        "x-own": "kept",
        "x-api-key": "of the caller",
        authorization: "of the caller",
        cookie: "a=b",
        "proxy-authorization": "of the caller",
        "x-copy": `has ${SECRET} in it`,
      },
    });
    expect(await response.text()).toBe("other");
    expect(other.received).toMatchObject([
      { url: "/to?keep=1", body: status === 307 ? "of the caller" : "", headers: { "x-own": "kept" } },
    ]);
    const [received] = other.received;
    for (const name of ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-copy"]) {
      expect(received?.headers).not.toHaveProperty(name);
    }
    expect(JSON.stringify(other.received)).not.toMatch(/s3cr3t|czNjcjN0/);
  });

  it("takes none along even when the app has declared it", async () => {
    const { api, other } = await servers({ location: (origin) => `${origin}/to` });
    await fetchWith({ baseUrl: api.origin, origins: [api.origin, other.origin] })("/from");
    expect(other.received[0]?.headers).not.toHaveProperty("authorization");
  });

  it("never gets them back in the same chain", async () => {
    const home: { url?: string } = {};
    const other = await loopbackServer(() => ({ status: 302, headers: { location: `${home.url}/back` } }));
    const api = await loopbackServer(({ url }) =>
      url === "/from" ? { status: 302, headers: { location: other.origin } } : { status: 401 },
    );
    home.url = api.origin;
    const response = await fetchWith({
      baseUrl: api.origin,
      renew: () => Promise.reject(new Error("a request without credentials renews none")),
    })("/from");
    expect(response.status).toBe(401);
    expect(api.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/from", `Bearer ${SECRET}`],
      ["/back", undefined],
    ]);
  });

  it("is refused with a secret in its path", async () => {
    const { api, other } = await servers({
      location: (origin) => `${origin}/${encodeURIComponent(SECRET)}/to`,
    });
    const error = await failure(fetchWith({ baseUrl: api.origin })("/from"));
    expect(error).toMatchObject({ code: "URL_FORBIDDEN", url: `${api.origin}/from` });
    expect(JSON.stringify(error)).not.toContain("s3cr3t");
    expect(other.received).toEqual([]);
  });
});

describe("a redirect that no one should follow", () => {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const redirectTo = (location: string) =>
    server.use(
      http.get(
        "https://api.example.com/from",
        () => new HttpResponse(null, { status: 302, headers: { location } }),
      ),
    );

  it.each([
    ["from https to http", "http://api.example.com/to"],
    ["from https to http elsewhere", "http://other.example/to"],
    ["to another scheme", "file:///etc/passwd"],
    ["to no URL", "https://"],
    ["to a URL with a password", "https://user:password-1@other.example/"],
    ["to localhost", "https://localhost/to"],
    ["to a name under localhost", "https://a.localhost./to"],
    ["to loopback", "https://127.0.0.1/to"],
    ["to loopback, written as a number", "https://2130706433/to"],
    ["to a private address", "https://10.1.2.3/to"],
    ["to link-local, where clouds keep credentials", "https://169.254.169.254/latest/meta-data"],
    ["to loopback in IPv6", "https://[::1]/to"],
    ["to loopback, IPv4 in IPv6", "https://[::ffff:127.0.0.1]/to"],
  ])("is refused: %s", async (_what, location) => {
    redirectTo(location);
    const error = await failure(fetchWith({ baseUrl: "https://api.example.com" })("/from"));
    expect(error).toMatchObject({ code: "URL_FORBIDDEN", url: "https://api.example.com/from", status: 302 });
    expect(JSON.stringify(error)).not.toContain("password-1");
  });

  it("is not one to another public host", async () => {
    redirectTo("https://files.example.com/to");
    server.use(http.get("https://files.example.com/to", () => HttpResponse.text("file")));
    const response = await fetchWith({ baseUrl: "https://api.example.com" })("/from");
    expect(await response.text()).toBe("file");
  });
});
