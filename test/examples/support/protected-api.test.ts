import { describe, expect, it, onTestFinished } from "vitest";
import { startAuthorizationServer } from "../../../examples/support/authorization-server.js";
import { startProtectedApi } from "../../../examples/support/protected-api.js";
import { obtainTokens } from "./tokens.js";

async function start() {
  const authorizationServer = await startAuthorizationServer();
  const api = await startProtectedApi({ authorizationServer });
  onTestFinished(async () => {
    await api.close();
    await authorizationServer.close();
  });
  const call = (token: string, path: string, init: RequestInit = {}) =>
    fetch(`${api.baseUrl}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
  return { authorizationServer, api, call };
}

describe("the protected API of the examples", () => {
  it("knows whose token it is given, and keeps users apart", async () => {
    const { authorizationServer, api, call } = await start();
    const ada = await obtainTokens(authorizationServer, { login: "ada" });
    const grace = await obtainTokens(authorizationServer, { login: "grace" });

    const created = await call(ada.accessToken, "/issues", { method: "POST", body: '{"title":"Leak"}' });
    expect(created.status).toBe(201);
    expect(await (await call(ada.accessToken, "/me")).json()).toMatchObject({ login: "ada" });
    expect(await (await call(ada.accessToken, "/issues")).json()).toEqual([
      { number: 1, title: "Leak", author: "ada" },
    ]);
    expect(await (await call(grace.accessToken, "/issues")).json()).toEqual([]);
    expect(api.requests.map(({ method, path, subject }) => `${subject}: ${method} ${path}`)).toEqual([
      "ada: POST /issues",
      "ada: GET /me",
      "ada: GET /issues",
      "grace: GET /issues",
    ]);
  });

  it.each(["an unknown token", "an expired token"])(
    "answers 401 with WWW-Authenticate to %s",
    async (kind) => {
      const { authorizationServer, api, call } = await start();
      const { accessToken } = await obtainTokens(authorizationServer, { login: "ada" });
      authorizationServer.expireAccessTokens();
      const response = await call(kind === "an expired token" ? accessToken : "made-up", "/me");
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
      expect(api.requests).toEqual([{ method: "GET", path: "/me", subject: null, status: 401 }]);
    },
  );

  it("answers 403 when the user left the scope out", async () => {
    const { authorizationServer, api, call } = await start();
    const { accessToken } = await obtainTokens(authorizationServer, {
      login: "ada",
      consent: ["openid", "issues:read"],
    });
    const response = await call(accessToken, "/issues", { method: "POST", body: '{"title":"Leak"}' });
    expect(response.status).toBe(403);
    expect(api.issues).toEqual([]);
  });

  it("answers 422 to a ticket without a title and 404 to what it does not have", async () => {
    const { authorizationServer, call } = await start();
    const { accessToken } = await obtainTokens(authorizationServer, { login: "ada" });
    expect((await call(accessToken, "/issues", { method: "POST", body: "{" })).status).toBe(422);
    expect((await call(accessToken, "/nothing")).status).toBe(404);
  });
});
