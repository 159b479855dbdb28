import { describe, expect, it } from "vitest";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { callbackOf, contextOf, errorOf, STATE, startContextOf } from "./support.js";

/** A provider whose tokens are at a host only the callback says, as at Lightspeed's X-Series. */
function regional(settings: Readonly<Record<string, unknown>> = {}) {
  const sent: string[] = [];
  const options = {
    settings: {
      tokenUrl: "https://{shop}.acme.example/token",
      revocationUrl: "https://{region}.acme.example/revoke",
      callbackMetadata: { shop: { parameter: "domain_prefix", pattern: "[^]*" } },
      tokenResponse: { metadata: { region: { path: "region", pattern: "[a-z]+" } } },
      ...settings,
    },
    fetch: async (input: Parameters<typeof fetch>[0]) => {
      sent.push(new Request(input).url);
      return Response.json({ access_token: "token-1", token_type: "bearer", region: "eu" });
    },
  };
  const finish = async (query: Readonly<Record<string, string>>) =>
    oauth2().complete?.(contextOf(options), callbackOf({ state: STATE, ...query }));
  return { start: () => oauth2().start(startContextOf(options)), finish, sent, options };
}

describe("a token endpoint that only the callback names", () => {
  it("is not needed to send the user away", async () => {
    await expect(regional().start()).resolves.toMatchObject({
      redirectUrl: expect.stringContaining("https://id.acme.example/authorize?"),
    });
  });

  it("is where the code is exchanged, and what the answer names is where tokens end", async () => {
    const { finish, sent, options } = regional();
    const grant = await finish({ code: "code-1", domain_prefix: "ada" });
    expect(grant?.params).toEqual({ shop: "ada", region: "eu" });
    const context = contextOf({ ...options, params: grant?.params ?? {} });
    await oauth2().revoke?.(context, grant?.credentials ?? expect.fail());
    expect(sent).toEqual(["https://ada.acme.example/token", "https://eu.acme.example/revoke"]);
  });

  it.each(["", "evil.example/", "a@evil", "..", "a b"])("is nowhere else: %j", async (domain_prefix) => {
    const { finish, sent } = regional();
    expect(await errorOf(finish({ code: "code-1", domain_prefix }))).toMatchObject({
      code: "AUTHORIZATION_FAILED",
      message: expect.stringContaining("`shop`"),
    });
    expect(sent).toEqual([]);
  });

  it("does not hide that the user said no, or that the callback is another's", async () => {
    const { finish } = regional();
    expect(await errorOf(finish({ error: "access_denied" }))).toMatchObject({ code: "AUTHORIZATION_DENIED" });
    expect(await errorOf(finish({ code: "code-1", state: "another" }))).toMatchObject({
      code: "STATE_INVALID",
    });
  });

  it("ends no token unheard where the answer did not say", async () => {
    const { options } = regional();
    const context = contextOf({ ...options, params: { shop: "ada" } });
    const credentials = { access_token: "token-1", token_type: "bearer" } as const;
    expect(await errorOf(oauth2().revoke?.(context, credentials) ?? expect.fail())).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "params.region", message: "missing" }],
    });
  });
});
