import type { AppInput } from "mooring";
import { ecKey, rsaKey } from "../../support/keys.js";

/** A provider as far as one of its answers matters: the one that goes wrong in the tests. */
export interface FaultProvider {
  readonly name: string;
  scheme(origin: string): AppInput["authSchemes"][number];
  /** Good answers by path, as JSON. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Path of the answer that goes wrong. */
  readonly target: string;
  /** The member of it that is sent in headers later; null where none is as it came. */
  readonly token: string | null;
  readonly authConfig: Readonly<Record<string, string>>;
  readonly connectionParams: Readonly<Record<string, string>>;
  /** Parameters the browser brings back, beside the state; null where there is none. */
  readonly callback: Readonly<Record<string, string>> | null;
  /** What may turn up nowhere. */
  readonly secrets: readonly string[];
  /** Connection params that a refusal is about; left out where nothing the user gave is sent. */
  readonly refused?: readonly string[];
  /** Whether the server is asked again and again until the code expires. */
  readonly polls?: boolean;
}

const KEY = rsaKey();
const EC_KEY = ecKey();
/** Unlike its encoded forms. */
const planted = (name: string) => `planted/${name}+"&=1`;
const body = (pem: string): string => pem.split("\n").slice(1, 3).join("\n");

const CLIENT = { client_id: "client-1", client_secret: planted("client-secret") };
const TOKENS = {
  access_token: "access-token-1",
  token_type: "bearer",
  expires_in: 3600,
  refresh_token: "refresh-token-1",
};
const CODE = { code: planted("code") };
const OAUTH2 = {
  target: "/token",
  token: "access_token",
  authConfig: CLIENT,
  connectionParams: {},
  secrets: [CLIENT.client_secret, CODE.code],
};
const urls = (origin: string) => ({
  scheme: "OAUTH2" as const,
  authorizationUrl: `${origin}/authorize`,
  tokenUrl: `${origin}/token`,
});
const device = (origin: string) => ({
  scheme: "OAUTH2" as const,
  grantType: "device_code" as const,
  tokenUrl: `${origin}/token`,
  deviceAuthorizationUrl: `${origin}/device`,
});
const DEVICE_CODES = {
  device_code: planted("device-code"),
  user_code: "AB-CD",
  verification_uri: "https://acme.example/device",
  expires_in: 0.4,
  interval: 0.001,
};

const OAUTH1_TEMPORARY = {
  oauth_token: "request-1",
  oauth_token_secret: planted("request-secret"),
  oauth_callback_confirmed: "true",
};
const OAUTH1 = {
  token: null,
  answers: {
    "/request": OAUTH1_TEMPORARY,
    "/access": { oauth_token: "access-1", oauth_token_secret: "access-secret-1" },
  },
  authConfig: { consumer_key: "ck", consumer_secret: planted("consumer-secret") },
  connectionParams: {},
  callback: { oauth_token: "request-1", oauth_verifier: planted("verifier") },
  secrets: [planted("consumer-secret"), planted("request-secret"), planted("verifier")],
};
const oauth1 = (scheme: "OAUTH1" | "OAUTH1A", origin: string) => ({
  scheme,
  requestTokenUrl: `${origin}/request`,
  authorizationUrl: `${origin}/authorize`,
  accessTokenUrl: `${origin}/access`,
});

const LOGIN = {
  target: "/login",
  answers: { "/login": { token: "session-token-1" } },
  token: "token",
  authConfig: {},
  connectionParams: { username: "ada", password: planted("password") },
  callback: null,
  secrets: [planted("password")],
  refused: ["username", "password"],
};
const twoStep = (origin: string, request: object) => ({
  scheme: "TWO_STEP" as const,
  fields: [
    { name: "username", displayName: "User", description: "User name" },
    { name: "password", displayName: "Password", description: "Password", secret: true },
  ],
  steps: [{ request: { url: `${origin}/login`, ...request }, values: { token: { path: "token" } } }],
  expiry: { kind: "fixed" as const, seconds: 600 },
  placements: [{}],
});

const GITHUB = {
  token: "token",
  answers: {
    "/login/oauth/access_token": { access_token: "user-token-1" },
    "/user/installations": { installations: [{ id: 77 }] },
    "/app/installations/77": { id: 77, account: { id: 7, login: "ada" } },
    "/app/installations/77/access_tokens": {
      token: "ghs-1",
      expires_at: "2999-01-01T00:00:00Z",
      permissions: { issues: "write" },
    },
  },
  authConfig: { app_id: "12345", private_key: KEY.pkcs8 },
  connectionParams: {},
  callback: null,
  secrets: [body(KEY.pkcs8)],
};
const github = (origin: string) => ({
  scheme: "GITHUB_APP" as const,
  apiUrl: origin,
  userTokenUrl: `${origin}/login/oauth/access_token`,
});

/** Every scheme that talks to a server while it connects, and each place where it does. */
export const FAULT_PROVIDERS: readonly FaultProvider[] = [
  {
    ...OAUTH2,
    name: "OAUTH2, code",
    scheme: urls,
    answers: { "/token": TOKENS },
    callback: CODE,
  },
  {
    ...OAUTH2,
    name: "OAUTH2, code with a secret in the body",
    scheme: (origin) => ({ ...urls(origin), clientAuthentication: "client_secret_post" }),
    answers: { "/token": TOKENS },
    callback: CODE,
  },
  {
    ...OAUTH2,
    name: "OAUTH2, code with DPoP",
    scheme: (origin) => ({ ...urls(origin), dpop: "ES256" }),
    answers: { "/token": { ...TOKENS, token_type: "DPoP" } },
    callback: CODE,
  },
  {
    ...OAUTH2,
    name: "OAUTH2, client credentials",
    scheme: (origin) => ({
      scheme: "OAUTH2",
      grantType: "client_credentials",
      tokenUrl: `${origin}/token`,
    }),
    answers: { "/token": TOKENS },
    callback: null,
  },
  {
    ...OAUTH2,
    name: "OAUTH2, client credentials of the user's own",
    scheme: (origin) => ({
      scheme: "OAUTH2",
      grantType: "client_credentials",
      clientOwner: "connection",
      tokenUrl: `${origin}/token`,
    }),
    answers: { "/token": TOKENS },
    authConfig: {},
    connectionParams: CLIENT,
    callback: null,
    refused: ["client_id", "client_secret"],
  },
  {
    ...OAUTH2,
    name: "OAUTH2, private_key_jwt",
    scheme: (origin) => ({
      scheme: "OAUTH2",
      grantType: "client_credentials",
      clientAuthentication: "private_key_jwt",
      clientAssertion: { algorithm: "ES256" },
      tokenUrl: `${origin}/token`,
    }),
    answers: { "/token": TOKENS },
    authConfig: { client_id: "client-1", private_key: EC_KEY.pkcs8 },
    callback: null,
    secrets: [body(EC_KEY.pkcs8)],
  },
  {
    ...OAUTH2,
    name: "OAUTH2, pushed authorization request",
    scheme: (origin) => ({
      ...urls(origin),
      pushedAuthorization: true,
      pushedAuthorizationUrl: `${origin}/par`,
    }),
    target: "/par",
    token: null,
    answers: { "/par": { request_uri: "urn:acme:1", expires_in: 60 }, "/token": TOKENS },
    callback: CODE,
  },
  {
    ...OAUTH2,
    name: "OAUTH2, device authorization",
    scheme: device,
    target: "/device",
    token: null,
    answers: { "/device": DEVICE_CODES, "/token": TOKENS },
    callback: null,
  },
  {
    ...OAUTH2,
    name: "OAUTH2, device token",
    scheme: device,
    answers: { "/device": DEVICE_CODES, "/token": TOKENS },
    callback: null,
    secrets: [CLIENT.client_secret, DEVICE_CODES.device_code],
    polls: true,
  },
  {
    ...OAUTH1,
    name: "OAUTH1, temporary credentials",
    scheme: (origin) => oauth1("OAUTH1", origin),
    target: "/request",
  },
  {
    ...OAUTH1,
    name: "OAUTH1 with PLAINTEXT, token",
    scheme: (origin) => ({ ...oauth1("OAUTH1", origin), signatureMethod: "PLAINTEXT" }),
    target: "/access",
  },
  {
    ...OAUTH1,
    name: "OAUTH1A, temporary credentials",
    scheme: (origin) => oauth1("OAUTH1A", origin),
    target: "/request",
  },
  {
    ...OAUTH1,
    name: "OAUTH1A, token",
    scheme: (origin) => oauth1("OAUTH1A", origin),
    target: "/access",
  },
  {
    ...LOGIN,
    name: "TWO_STEP, Basic",
    scheme: (origin) => twoStep(origin, { basic: { username: "{username}", password: "{password}" } }),
  },
  {
    ...LOGIN,
    name: "TWO_STEP, JSON",
    scheme: (origin) => twoStep(origin, { body: { user: "{username}", password: "{password}" } }),
  },
  {
    ...LOGIN,
    name: "BASIC_WITH_JWT",
    scheme: (origin) => ({
      scheme: "BASIC_WITH_JWT",
      tokenUrl: `${origin}/login`,
      tokenPath: "token",
      expiry: { kind: "fixed", seconds: 600 },
    }),
  },
  {
    name: "GOOGLE_SERVICE_ACCOUNT",
    scheme: (origin) => ({
      scheme: "GOOGLE_SERVICE_ACCOUNT",
      scopes: ["files.read"],
      tokenUrl: `${origin}/token`,
    }),
    target: "/token",
    token: "access_token",
    answers: { "/token": TOKENS },
    authConfig: {},
    connectionParams: {
      service_account_json: JSON.stringify({
        type: "service_account",
        private_key: KEY.pkcs8,
        client_email: "robot@project-1.iam.gserviceaccount.com",
      }),
    },
    callback: null,
    secrets: [body(KEY.pkcs8)],
  },
  {
    ...GITHUB,
    name: "GITHUB_APP, installation token",
    scheme: (origin) => ({ ...github(origin), installation: "given" }),
    connectionParams: { installation_id: "77" },
    target: "/app/installations/77/access_tokens",
  },
  {
    ...GITHUB,
    name: "GITHUB_APP, user's token",
    scheme: github,
    authConfig: { ...GITHUB.authConfig, ...CLIENT, app_slug: "my-app" },
    callback: { ...CODE, installation_id: "77", setup_action: "install" },
    target: "/login/oauth/access_token",
    token: "access_token",
    secrets: [...GITHUB.secrets, CLIENT.client_secret, CODE.code],
  },
];
