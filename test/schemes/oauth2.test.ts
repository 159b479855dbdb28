import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors.js";
import { oauth2 } from "../../src/schemes/oauth2.js";
import { ACME, contextOf, NOW } from "./oauth2/support.js";

const CREDENTIALS = { access_token: "at-1", token_type: "bearer", refresh_token: "rt-1" } as const;
const paramsOf = (settings: Readonly<Record<string, unknown>> = {}, callbackUrl: string | null = null) => {
  const context = contextOf({ settings });
  return oauth2().integrationParams(context.app, context.settings, { callbackUrl });
};

describe("oauth2", () => {
  it("asks the developer for the seed's four fields, in its order and words", () => {
    const params = paramsOf({ scopes: ["read", "write"] }, "https://app.example.com/callback");
    expect(params).toMatchObject([
      {
        name: "client_id",
        displayName: "Client id",
        description: "Client id of the app",
        required: true,
        secret: false,
        default: null,
      },
      {
        name: "client_secret",
        displayName: "Client secret",
        description: "Client secret of the app",
        required: true,
        secret: true,
        default: null,
      },
      {
        name: "oauth_redirect_uri",
        displayName: "Redirect URI",
        description: "Add this Redirect URL to your app's OAuth allow list.",
        required: false,
        default: "https://app.example.com/callback",
      },
      {
        name: "scopes",
        displayName: "Scopes",
        description: "Scopes to request from the user, comma separated",
        required: false,
        default: "read,write",
      },
    ]);
  });

  it("requires no client secret of a public client", () => {
    expect(paramsOf({ clientAuthentication: "none" })[1]).toMatchObject({
      name: "client_secret",
      required: false,
    });
  });

  it("asks the user for nothing", () => {
    const { app, settings } = contextOf();
    expect(oauth2().connectionParams(app, settings)).toStrictEqual([]);
  });

  it("refuses settings with a key it does not know, and names it", () => {
    expect(() => oauth2().parseSettings({ ...ACME, scopeSeperator: "," })).toThrow(ConfigurationError);
    expect(() => oauth2().parseSettings({ ...ACME, scopeSeperator: "," })).toThrow(/scopeSeperator/);
    expect(oauth2().parseSettings(ACME)).toMatchObject({ scopeSeparator: " ", pkce: true });
  });

  describe("parseCredentials", () => {
    it("takes back what a grant held", () => {
      const stored: unknown = JSON.parse(JSON.stringify({ ...CREDENTIALS, expires_at: NOW, scope: "read" }));
      expect(oauth2().parseCredentials(stored)).toStrictEqual(stored);
    });

    it.each([
      [null, "(root)"],
      [{}, "access_token"],
      [{ ...CREDENTIALS, access_token: "" }, "access_token"],
      [{ ...CREDENTIALS, access_token: "a\nb" }, "access_token"],
      [{ ...CREDENTIALS, token_type: "mac" }, "token_type"],
      [{ ...CREDENTIALS, refresh_token: 7 }, "refresh_token"],
      [{ ...CREDENTIALS, expires_at: "tomorrow" }, "expires_at"],
    ])("refuses %j, naming the field and no value", (value, field) => {
      const parse = () => oauth2().parseCredentials(value);
      expect(parse).toThrow(`${field}: `);
      expect(parse).not.toThrow(/rt-1|at-1/);
    });
  });

  it("says when the access token expires", () => {
    expect(oauth2().expiresAt?.({ ...CREDENTIALS, expires_at: NOW })).toStrictEqual(new Date(NOW));
    expect(oauth2().expiresAt?.(CREDENTIALS)).toBeNull();
  });

  it("hands on the app's refresh margin, in milliseconds", () => {
    expect(oauth2().refreshMarginMs?.(contextOf({ settings: { refreshMarginSeconds: 30 } }).settings)).toBe(
      30_000,
    );
    expect(oauth2().refreshMarginMs?.(contextOf().settings)).toBeNull();
  });

  it("lists every token as a secret", () => {
    expect(oauth2().secrets({ ...CREDENTIALS, id_token: "it-1" })).toStrictEqual(["at-1", "rt-1", "it-1"]);
  });

  it("adds the token to the very request it is given, at once (RFC 6750 §2.1)", () => {
    const request = new Request("https://api.acme.example/x", { headers: { authorization: "Basic eA==" } });
    const applied = oauth2().apply(request, CREDENTIALS, contextOf());
    expect(applied).toBe(request);
    expect(request.headers.get("authorization")).toBe("Bearer at-1");
  });
});
