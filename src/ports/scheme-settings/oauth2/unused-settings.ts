/** What decides which settings have a use. */
interface Deciding {
  readonly grantType: "authorization_code" | "client_credentials" | "device_code";
  readonly code: "callback" | "given";
  readonly clientAuthentication: string;
  readonly pushedAuthorization: boolean;
  readonly refreshRequest: object | null;
  readonly revocationRequest: object | null;
  readonly tokenRequestMethod: string;
}

/** When a setting has a use, and what it is for. */
interface Use {
  isUsed(settings: Deciding): boolean;
  /** After "is only for". */
  readonly purpose: string;
}

const isBrowsers = ({ grantType, code }: Deciding): boolean =>
  grantType === "authorization_code" && code === "callback";
const isAsked = (settings: Deciding): boolean => isBrowsers(settings) || settings.grantType === "device_code";

const BROWSER: Use = {
  isUsed: isBrowsers,
  purpose: 'flows through the browser (`grantType: "authorization_code"`, `code: "callback"`)',
};
const ASKED: Use = {
  isUsed: isAsked,
  purpose: "flows in which a user is asked, in the browser or at another device",
};
const REFRESHED: Use = {
  isUsed: ({ grantType }) => grantType !== "client_credentials",
  purpose: "grants that are refreshed, which `client_credentials` is not: a new token is asked for",
};

/** Settings that not every grant has a use for; the others always have one. */
const USES: Readonly<Record<string, Use>> = {
  authorizationUrl: BROWSER,
  authorizationFragment: BROWSER,
  authorizationParams: ASKED,
  callbackMetadata: BROWSER,
  nonce: BROWSER,
  parameterNames: BROWSER,
  pkce: BROWSER,
  pushedAuthorization: BROWSER,
  pushedAuthorizationUrl: {
    isUsed: (settings) => isBrowsers(settings) && settings.pushedAuthorization,
    purpose: "`pushedAuthorization: true`",
  },
  userScopes: ASKED,
  deviceAuthorizationUrl: {
    isUsed: ({ grantType }) => grantType === "device_code",
    purpose: '`grantType: "device_code"`',
  },
  jwksUrl: { isUsed: isAsked, purpose: "ID tokens, which come where a user is asked" },
  scopes: {
    isUsed: ({ code }) => code === "callback",
    purpose: "grants that are asked for, not a `given` code",
  },
  clientAssertion: {
    isUsed: ({ clientAuthentication }) => /^(?:private_key|client_secret)_jwt$/.test(clientAuthentication),
    purpose: "`clientAuthentication` with `private_key_jwt` or `client_secret_jwt`",
  },
  refreshUrl: REFRESHED,
  refreshRequest: REFRESHED,
  refreshParams: {
    isUsed: (settings) => REFRESHED.isUsed(settings) && settings.refreshRequest === null,
    purpose: "refreshes by RFC 6749 §6: not with `client_credentials` or a `refreshRequest`",
  },
  revocationUrl: {
    isUsed: ({ revocationRequest }) => revocationRequest === null,
    purpose: "revocations by RFC 7009: not with a `revocationRequest`",
  },
  tokenRequestFormat: {
    isUsed: ({ tokenRequestMethod }) => tokenRequestMethod === "POST",
    purpose: 'requests with a body, which `tokenRequestMethod: "GET"` has not',
  },
};

/**
 * Settings that say something and would have no effect: a definition that counts on one is wrong about what happens.
 *
 * @param defaults what each is when nothing is said
 */
export function unusedSettings(
  settings: Deciding & Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): readonly { readonly path: string; readonly message: string }[] {
  return Object.entries(USES).flatMap(([path, { isUsed, purpose }]) => {
    const isSaid = JSON.stringify(settings[path]) !== JSON.stringify(defaults[path]);
    return isSaid && !isUsed(settings) ? [{ path, message: `is only for ${purpose}: leave it out` }] : [];
  });
}
