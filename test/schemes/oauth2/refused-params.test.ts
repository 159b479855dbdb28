import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import type { ContextOptions } from "./support.js";
import { callbackOf, contextOf, errorOf, startContextOf, TOKEN_URL } from "./support.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const CLIENT = { client_id: "client-of-ada", client_secret: "secret-of-ada" };
const refuse = (status: number, body: object) =>
  server.use(http.post(TOKEN_URL, () => HttpResponse.json(body, { status })));
const pathsOf = (names: readonly string[]) => names.map((name) => ({ path: `connectionParams.${name}` }));

describe("a client of the user's own that is refused", () => {
  const OWN: ContextOptions = { settings: { clientOwner: "connection" }, config: {}, params: CLIENT };
  const ALONE = {
    ...OWN,
    settings: { ...OWN.settings, grantType: "client_credentials", authorizationUrl: null },
  };

  it.each([
    [401, { error: "invalid_client" }],
    [400, { error: "unauthorized_client" }],
    [401, {}],
    [400, { message: "no such client" }],
    [403, {}],
  ])("is named, where it gets the token alone: %i %j", async (status, body) => {
    refuse(status, body);
    await expect(errorOf(oauth2().start(startContextOf(ALONE)))).resolves.toMatchObject({
      code: "CREDENTIALS_REFUSED",
      status,
      retryable: false,
      issues: pathsOf(["client_id", "client_secret"]),
    });
  });

  it.each(["invalid_scope", "invalid_request", "unsupported_grant_type", "invalid_target"])(
    "is not what %s is about",
    async (error) => {
      refuse(400, { error });
      await expect(errorOf(oauth2().start(startContextOf(ALONE)))).resolves.toMatchObject({
        code: "TOKEN_EXCHANGE_FAILED",
        providerError: error,
        issues: [],
      });
    },
  );

  it("is named when the browser is back, and the code is not", async () => {
    const complete = (error: string) => {
      refuse(400, { error });
      const flow = { code_verifier: "verifier-1", nonce: null, scopes: [], client: CLIENT };
      return errorOf(Promise.resolve(oauth2().complete?.(contextOf(OWN), callbackOf(undefined, flow))));
    };
    await expect(complete("invalid_client")).resolves.toMatchObject({
      code: "CREDENTIALS_REFUSED",
      issues: pathsOf(["client_id", "client_secret"]),
    });
    await expect(complete("invalid_grant")).resolves.toMatchObject({ code: "TOKEN_EXCHANGE_FAILED" });
  });
});

describe("a code that is given and refused", () => {
  const start = (error: string) => {
    refuse(400, { error });
    const settings = { code: "given", authorizationUrl: null };
    return errorOf(oauth2().start(startContextOf({ settings, params: { code: "code-1" } })));
  };

  it("is named", async () => {
    await expect(start("invalid_grant")).resolves.toMatchObject({
      code: "CREDENTIALS_REFUSED",
      issues: pathsOf(["code"]),
    });
  });

  it("is not what a wrong client of the developer's is told by", async () => {
    await expect(start("invalid_client")).resolves.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "invalid_client",
      issues: [],
    });
  });
});
