import { describe, expect, it } from "vitest";
import type { OAuth2Credentials } from "../../../src/schemes/oauth2.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import type { ContextOptions } from "./support.js";
import { callbackOf, contextOf, errorOf, TOKEN_URL } from "./support.js";

const FIRST = "https://id.acme.example/first";
const SECOND = "https://id.acme.example/second";
const CREDENTIALS: OAuth2Credentials = { access_token: "at-1", token_type: "bearer", refresh_token: "rt-1" };
const step = (url: string) => ({ url, params: { token: "{access_token}" } });

type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>;

/** Renews against a provider that answers by URL. */
function renew(answers: Answers, options: ContextOptions) {
  const sent: string[] = [];
  const context = contextOf({
    ...options,
    fetch: async (input, init) => {
      const { url } = new Request(input, init);
      sent.push(url);
      const [status, body] = answers[url] ?? [500, {}];
      return Response.json(body, { status });
    },
  });
  return { sent, grant: Promise.resolve(oauth2().refresh?.(context, CREDENTIALS)) };
}

const ROTATED = [200, { access_token: "at-2", token_type: "bearer", refresh_token: "rt-2" }] as const;

describe("a renewal that gets no further after the refresh token was rotated", () => {
  it("keeps the refresh token of the last exchange that went well", async () => {
    const { grant } = renew(
      {
        [TOKEN_URL]: ROTATED,
        [FIRST]: [200, { access_token: "at-3", token_type: "bearer", refresh_token: "rt-3" }],
        [SECOND]: [503, {}],
      },
      { settings: { tokenExchanges: [step(FIRST), step(SECOND)] } },
    );
    expect(await grant).toMatchObject({
      credentials: { access_token: "at-1", refresh_token: "rt-3" },
      incomplete: { code: "TOKEN_REFRESH_FAILED", retryable: true },
    });
  });

  const connectionParams = [
    { name: "tenant", displayName: "Tenant", description: "Tenant", required: false },
  ];

  it("keeps it also when a newer app definition asks for what the connection has not", async () => {
    const exchange = { url: "https://{tenant}.acme.example/x" };
    const { grant } = renew(
      { [TOKEN_URL]: ROTATED },
      { settings: { tokenExchanges: [exchange] }, connectionParams },
    );
    expect(await grant).toMatchObject({
      credentials: { refresh_token: "rt-2" },
      incomplete: { code: "CONFIG_INVALID" },
    });
  });

  it("keeps it when a further token is what asks for it", async () => {
    const files = { urls: ["https://files.acme.example"], refreshParams: { scope: "{tenant}" } };
    const { grant } = renew(
      { [TOKEN_URL]: ROTATED },
      { settings: { furtherTokens: { files } }, connectionParams },
    );
    expect(await grant).toMatchObject({ credentials: { access_token: "at-2", refresh_token: "rt-2" } });
  });
});

describe("what follows a code that was exchanged", () => {
  it("is not to be asked for again when it fails: the code is spent", async () => {
    const context = contextOf({
      settings: { tokenExchanges: [step(FIRST)] },
      fetch: async (input, init) =>
        new Request(input, init).url === TOKEN_URL
          ? Response.json({ access_token: "at", token_type: "bearer" })
          : Response.json({}, { status: 503 }),
    });
    const error = await errorOf(Promise.resolve(oauth2().complete?.(context, callbackOf())));
    expect(error).toMatchObject({ code: "TOKEN_EXCHANGE_FAILED", status: 503, retryable: false });
  });
});

describe("a renewal by the app's own request", () => {
  const request = { url: FIRST, params: { token: "{access_token}" }, gone: ["190"] };
  const refused = (code: number, status = 400) =>
    errorOf(
      renew(
        { [FIRST]: [status, { error: { code, type: "OAuthException", message: "no" } }] },
        { settings: { refreshRequest: request } },
      ).grant,
    );

  it("ends the connection by the codes that mean it", async () => {
    expect(await refused(190)).toMatchObject({ code: "REAUTHORIZATION_REQUIRED", providerError: "190" });
  });

  it.each([
    [1, 400],
    [4, 403],
  ])("does not by others, such as a wrong client's or a limit's: %j", async (code, status) => {
    expect(await refused(code, status)).toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      providerError: String(code),
    });
  });
});
