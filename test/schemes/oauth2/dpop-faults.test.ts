import { describe, expect, it } from "vitest";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { decodeJwt } from "../../support/keys.js";
import type { ReceivedRequest } from "../../support/loopback-server.js";
import { loopbackServer } from "../../support/loopback-server.js";
import { ACME, contextOf, startContextOf } from "./support.js";

const nonceOf = ({ headers }: Pick<ReceivedRequest, "headers">) =>
  decodeJwt(String(headers["dpop"])).claims["nonce"];
const WANTS_NONCE = JSON.stringify({ error: "use_dpop_nonce" });

/** A server that wants the nonce of `wanted` in each proof, at its token endpoint and its API, and says which. */
async function strictServer(changes: { tokenType?: string; isFickle?: boolean; header?: string } = {}) {
  const state = { wanted: "n-1", tokenType: changes.tokenType ?? "DPoP" };
  const { origin, received } = await loopbackServer((request) => {
    const isRight = nonceOf(request) === state.wanted;
    const said = state.wanted;
    if (changes.isFickle === true) state.wanted += "+";
    const headers = { "dpop-nonce": changes.header ?? said, "content-type": "application/json" };
    const isApi = request.url === "/api";
    const challenge = isApi ? { "www-authenticate": `DPoP error="use_dpop_nonce"` } : {};
    if (!isRight)
      return { status: isApi ? 401 : 400, headers: { ...headers, ...challenge }, body: WANTS_NONCE };
    const tokens = { access_token: "at", token_type: state.tokenType, refresh_token: "rt", expires_in: 60 };
    return { headers, body: JSON.stringify(tokens) };
  });
  const options = {
    settings: {
      dpop: "ES256",
      grantType: "client_credentials",
      authorizationUrl: null,
      tokenUrl: `${origin}/token`,
    },
    now: Date.now,
  };
  const scheme = oauth2();
  const start = () => scheme.start(startContextOf(options));
  const connect = async () => {
    const started = await start();
    if (started.kind !== "complete") throw new Error("A grant was expected.");
    return started.grant.credentials;
  };
  const refresh = async (credentials: Parameters<NonNullable<typeof scheme.refresh>>[1]) => {
    const { authorizationUrl } = ACME;
    const settings = { ...options.settings, grantType: "authorization_code", authorizationUrl };
    return scheme.refresh?.(contextOf({ ...options, settings }), credentials);
  };
  /** A request to the API as it goes out first, and whether its answer asks for another. */
  const apply = (credentials: Parameters<typeof scheme.apply>[1]) =>
    scheme.apply(new Request(`${origin}/api`), credentials, contextOf(options));
  return { state, received, scheme, start, connect, refresh, apply };
}

describe("a server that wants nonces in DPoP proofs (RFC 9449 §8)", () => {
  it("is asked once more with the nonce it names, in another proof for the same request", async () => {
    const { connect, received } = await strictServer();
    await connect();
    expect(received.map(nonceOf)).toEqual([undefined, "n-1"]);
    const [first, second] = received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["dpop"]).not.toBe(first?.headers["dpop"]);
  });

  it("is asked with that nonce from then on, and with another when it has become stale", async () => {
    const { connect, refresh, received, state } = await strictServer();
    const credentials = await connect();
    await refresh({ ...credentials, refresh_token: "rt" });
    state.wanted = "n-2";
    await refresh({ ...credentials, refresh_token: "rt" });
    expect(received.map(nonceOf)).toEqual([undefined, "n-1", "n-1", "n-1", "n-2"]);
  });

  it("is asked again by each of those whose nonce became stale at once", async () => {
    const { connect, refresh, received, state } = await strictServer();
    const [one, other] = [await connect(), await connect()];
    const before = received.length;
    state.wanted = "n-2";
    const renewed = await Promise.all([refresh(one), refresh(other)]);
    expect(renewed.map((grant) => grant?.credentials.access_token)).toEqual(["at", "at"]);
    expect(received.slice(before).map(nonceOf).sort()).toEqual(["n-1", "n-1", "n-2", "n-2"]);
  });

  it("is asked again by each API request whose nonce became stale at once", async () => {
    const { connect, apply, scheme, state } = await strictServer();
    const credentials = await connect();
    state.wanted = "n-2";
    const requests = await Promise.all([apply(credentials), apply(credentials)]);
    const answers = await Promise.all(requests.map((request) => fetch(request.clone())));
    const challenged = answers.map((answer, index) => {
      const request = requests[index];
      return request !== undefined && scheme.isChallenge?.(answer, request, credentials);
    });
    expect(challenged).toEqual([true, true]);
    expect((await fetch(await apply(credentials))).status).toBe(200);
  });

  it("is not asked a third time, however often it changes its mind", async () => {
    const { start, received } = await strictServer({ isFickle: true });
    await expect(start()).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "use_dpop_nonce",
    });
    expect(received.map(nonceOf)).toEqual([undefined, "n-1"]);
  });

  it.each(["two words", `a"quote`, "x".repeat(1025)])(
    "is not asked again with what is no nonce: %j",
    async (header) => {
      const { start, received } = await strictServer({ header });
      await expect(start()).rejects.toMatchObject({ providerError: "use_dpop_nonce" });
      expect(received.map(nonceOf)).toEqual([undefined]);
    },
  );
});

describe("a server that answers with a token that is not bound", () => {
  it.each(["Bearer", "bearer", "mac"])("is not believed: %s instead of DPoP", async (tokenType) => {
    const { start } = await strictServer({ tokenType });
    await expect(start()).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
      message: expect.stringContaining("`token_type`"),
    });
  });

  it("is not believed on renewal either", async () => {
    const { connect, refresh, state } = await strictServer();
    const credentials = await connect();
    state.tokenType = "Bearer";
    await expect(refresh({ ...credentials, refresh_token: "rt" })).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
    });
  });
});
