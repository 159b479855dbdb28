import type { AppDefinition } from "mooring";
import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { fakeClock } from "mooring/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { ecKey, ed25519Key, rsaKey } from "../support/keys.js";
import { listedStorage } from "../support/stored-rows.js";
import type { MatrixProvider } from "./matrix-providers.js";
import { PROVIDERS } from "./matrix-providers.js";
import { connect, expectNothing, failureOf, setUp } from "./support/fault-harness.js";
import type { FaultProvider } from "./support/fault-providers.js";
import { FAULT_PROVIDERS } from "./support/fault-providers.js";

const LEAVING = [
  ...[
    "evil.example/",
    "a/../..",
    "..",
    ".",
    "a@evil.example",
    "evil.example#",
    "a?b=",
    "a\\b",
    "%2e%2e",
    "a:8",
  ],
  ...["{token}", "}", "a|upper", "a\r\nx-evil: 1", "a\u0000", "a b", "evil。example", "аcme", "[::1]"],
];
const subdomain = { name: "subdomain", displayName: "Subdomain", description: "Of the account" };

describe.each(FAULT_PROVIDERS.map((provider) => [provider.name, provider] as const))(
  "a value that would leave its place in a URL: %s",
  (_name, provider) => {
    it.each(LEAVING)("%j", async (value) => {
      const given = {
        ...provider,
        connectionParams: { ...provider.connectionParams, subdomain: value },
      };
      const below = "/{subdomain}";
      const lax = { ...subdomain, pattern: "[^]*" };
      for (const param of [subdomain, lax]) {
        const made = await setUp(provider, null, { below, connectionParams: [param] });
        const failure = await failureOf(connect(made, given));
        expect(failure).toMatchObject({
          name: "ValidationError",
          issues: [{ path: "connectionParams.subdomain" }],
        });
        expect(made.server.received).toEqual([]);
        await expectNothing(made, given, failure);
      }
    });
  },
);

const EC = ecKey();
const RSA = rsaKey();
const ED = ed25519Key();
const BROKEN = {
  text: "no key at all",
  "a key cut short": RSA.pkcs8.slice(0, 400),
  "a public key": RSA.publicKey.export({ type: "spki", format: "pem" }).toString(),
};
const named = (name: string): FaultProvider =>
  FAULT_PROVIDERS.find((provider) => provider.name === name) ?? expect.fail(name);
/** A provider nobody asks anything. */
const SILENT: Omit<FaultProvider, "scheme"> = {
  name: "",
  answers: {},
  target: "",
  token: null,
  authConfig: {},
  connectionParams: {},
  callback: null,
  secrets: [],
};
const OF_THE_DEVELOPER = { from: "integration", name: "private_key" } as const;
const KEYED: readonly {
  readonly name: string;
  readonly field: string;
  readonly other: string;
  /** One that would do; left out for the usual other kind. */
  readonly right?: string;
  with(key: string): FaultProvider;
}[] = [
  {
    name: "GOOGLE_SERVICE_ACCOUNT",
    field: "connectionParams.service_account_json",
    other: EC.pkcs8,
    with: (private_key) => ({
      ...named("GOOGLE_SERVICE_ACCOUNT"),
      connectionParams: {
        service_account_json: JSON.stringify({
          private_key,
          client_email: "robot@p.iam.gserviceaccount.com",
        }),
      },
    }),
  },
  {
    name: "GITHUB_APP",
    field: "authConfig.private_key",
    other: EC.pkcs8,
    with: (private_key) => ({
      ...named("GITHUB_APP, installation token"),
      authConfig: { app_id: "12345", private_key },
    }),
  },
  {
    name: "OAUTH2 with private_key_jwt",
    field: "authConfig.private_key",
    other: RSA.pkcs8,
    with: (private_key) => ({
      ...named("OAUTH2, private_key_jwt"),
      authConfig: { client_id: "client-1", private_key },
    }),
  },
  {
    name: "OAUTH1 with RSA-SHA1",
    field: "authConfig.private_key",
    other: EC.pkcs8,
    with: (private_key) => ({
      ...named("OAUTH1, temporary credentials"),
      scheme: (origin) => ({
        scheme: "OAUTH1",
        signatureMethod: "RSA-SHA1",
        requestTokenUrl: `${origin}/request`,
        authorizationUrl: `${origin}/authorize`,
        accessTokenUrl: `${origin}/access`,
      }),
      authConfig: { consumer_key: "ck", private_key },
      callback: null,
    }),
  },
  {
    name: "OAUTH1 with RSA-SHA1, the user's",
    field: "connectionParams.private_key",
    other: EC.pkcs8,
    with: (private_key) => ({
      ...named("OAUTH1, temporary credentials"),
      scheme: () => ({
        scheme: "OAUTH1",
        signatureMethod: "RSA-SHA1",
        tokens: "none",
        consumer: "connection",
      }),
      authConfig: {},
      connectionParams: { consumer_key: "ck", private_key },
      callback: null,
    }),
  },
  {
    name: "OAUTH2 with private_key_jwt, the user's",
    field: "connectionParams.private_key",
    other: RSA.pkcs8,
    with: (private_key) => ({
      ...named("OAUTH2, private_key_jwt"),
      scheme: (origin) => ({
        scheme: "OAUTH2",
        clientOwner: "connection",
        clientAuthentication: "private_key_jwt",
        clientAssertion: { algorithm: "ES256" },
        authorizationUrl: `${origin}/authorize`,
        tokenUrl: `${origin}/token`,
      }),
      authConfig: {},
      connectionParams: { client_id: "client-1", private_key },
      callback: null,
    }),
  },
  {
    name: "JWT, the developer's",
    field: "authConfig.private_key",
    other: EC.pkcs8,
    with: (private_key) => ({
      ...SILENT,
      scheme: () => ({ scheme: "JWT", algorithm: "RS256", claims: {}, key: OF_THE_DEVELOPER }),
      authConfig: { private_key },
    }),
  },
  {
    name: "HMAC with Ed25519, the developer's",
    field: "authConfig.private_key",
    other: RSA.pkcs8,
    right: ED.pkcs8,
    with: (private_key) => ({
      ...SILENT,
      scheme: () => ({
        scheme: "HMAC",
        construction: "ed25519",
        canonical: ["{path}"],
        placements: [{ in: "header", name: "X-Signature" }],
        key: OF_THE_DEVELOPER,
      }),
      authConfig: { private_key },
    }),
  },
  {
    name: "GOOGLE_SERVICE_ACCOUNT, the developer's",
    field: "authConfig.key_file",
    other: EC.pkcs8,
    with: (private_key) => ({
      ...SILENT,
      scheme: () => ({ scheme: "GOOGLE_SERVICE_ACCOUNT", key: { from: "integration", name: "key_file" } }),
      authConfig: {
        key_file: JSON.stringify({ private_key, client_email: "robot@p.iam.gserviceaccount.com" }),
      },
    }),
  },
  {
    name: "JWT",
    field: "connectionParams.private_key",
    other: EC.pkcs8,
    with: (private_key) => ({
      ...SILENT,
      scheme: () => ({ scheme: "JWT", algorithm: "RS256", claims: {} }),
      connectionParams: { private_key },
    }),
  },
];

describe.each(KEYED.map((one) => [one.name, one] as const))("a wrong key: %s", (_name, keyed) => {
  it.each(Object.entries({ ...BROKEN, "a key of another algorithm": keyed.other }))(
    "%s",
    async (_what, key) => {
      const provider = { ...keyed.with(key), secrets: [key.split("\n").slice(0, 3).join("\n")] };
      const isUsers = keyed.field.startsWith("connectionParams.");
      const right = keyed.right ?? (keyed.other === EC.pkcs8 ? RSA.pkcs8 : EC.pkcs8);
      const made = await setUp(isUsers ? provider : keyed.with(right), null);
      const { authConfig } = provider;
      // The developer's is refused when it is given, before there is a user who could meet it.
      const failure = await failureOf(
        isUsers
          ? connect(made, provider)
          : made.toolset.createIntegration({ app: "acme", authConfig, forceNewIntegration: true }),
      );
      const [integration, ...more] = await made.toolset.getIntegrations({ app: "acme" });
      expect(more).toEqual([]);
      if (!isUsers)
        expect(await failureOf(integration?.update({ authConfig }) ?? expect.fail())).toEqual(failure);
      expect(failure).toMatchObject({ issues: [{ path: keyed.field }] });
      expect(made.server.received).toEqual([]);
      await expectNothing(made, provider, failure);
    },
  );
});

const DAY_MS = 86_400_000;
/** What is given instead of what is right. */
const WRONG: Readonly<Record<string, Partial<Pick<MatrixProvider, "authConfig" | "connectionParams">>>> = {
  OAUTH1: { authConfig: { consumer_key: "consumer-of-the-host", consumer_secret: "another secret" } },
  OAUTH1A: { authConfig: { consumer_key: "consumer-of-the-host", consumer_secret: "another secret" } },
  JWT: { connectionParams: { private_key: "another secret of at least 32 bytes" } },
  HMAC: { connectionParams: { api_secret: "another secret" } },
  AWS_SIGV4: { connectionParams: { access_key_id: "AKIDADA", secret_access_key: "another/secret" } },
  GOOGLE_SERVICE_ACCOUNT: {
    connectionParams: {
      service_account_json: JSON.stringify({
        private_key: rsaKey().pkcs8,
        client_email: "robot@project-1.iam.gserviceaccount.com",
      }),
    },
  },
};

/** An app whose API is asked at once whose account it is, so that every scheme is tried by a server that checks. */
const checking = ({ app, path }: MatrixProvider): AppDefinition =>
  defineApp({ ...app, account: { url: path, method: "GET", headers: {}, id: "id" } });

async function refusedBy(
  scheme: string,
  changes: Partial<Pick<MatrixProvider, "authConfig" | "connectionParams">>,
  options: { readonly clock?: ReturnType<typeof fakeClock>; readonly fetch?: typeof fetch } = {},
) {
  const provider = await (PROVIDERS[scheme] ?? expect.fail(scheme))();
  onTestFinished(() => provider.close());
  const { rows, storage } = listedStorage(memoryStorage());
  const toolset = new MooringToolSet({
    storage,
    encryption: { keys: [{ id: "k", secret: "an-encryption-key-of-the-host-32" }] },
    callbackUrl: "https://app.example.com/connect/callback",
    apps: [checking(provider)],
    ...options,
  });
  const { authConfig, connectionParams } = { ...provider, ...changes };
  await toolset.createIntegration({ app: "acme", authConfig });
  const started = toolset.getEntity("ada").initiateConnection({ app: "acme", connectionParams });
  const failure = await failureOf(started);
  return { failure, rows: await rows() };
}

describe("a server that checks refuses", () => {
  it.each(Object.entries(WRONG))("a wrong signature of %s", async (scheme, changes) => {
    const { failure, rows } = await refusedBy(scheme, changes);
    const { connectionParams = {} } = changes;
    const issues = Object.keys(connectionParams).map((name) => ({ path: `connectionParams.${name}` }));
    const code = issues.length === 0 ? "TOKEN_EXCHANGE_FAILED" : "CREDENTIALS_REFUSED";
    expect(failure).toMatchObject({ code, retryable: false });
    expect(failure).toMatchObject({
      issues: expect.arrayContaining(issues.map((issue) => expect.objectContaining(issue))),
    });
    expect(rows).toMatchObject({ connections: [], flows: [] });
  });

  it.each(["OAUTH1", "OAUTH1A", "GOOGLE_SERVICE_ACCOUNT"])(
    "what %s has signed by a clock that is a day off",
    async (scheme) => {
      const { failure, rows } = await refusedBy(scheme, {}, { clock: fakeClock(Date.now() - DAY_MS) });
      expect(failure).toMatchObject({
        code: "TOKEN_EXCHANGE_FAILED",
        hint: expect.stringContaining("clock"),
        retryable: false,
      });
      expect(rows).toMatchObject({ connections: [], flows: [] });
    },
  );

  it.each(["OAUTH1", "OAUTH1A"])("what %s has signed when it comes twice", async (scheme) => {
    const twice: typeof fetch = async (input, init) => {
      await fetch(input, init);
      return fetch(input, init);
    };
    const { failure, rows } = await refusedBy(scheme, {}, { fetch: twice });
    expect(failure).toMatchObject({ code: "TOKEN_EXCHANGE_FAILED", status: 401 });
    expect(rows).toMatchObject({ connections: [], flows: [] });
  });
});
