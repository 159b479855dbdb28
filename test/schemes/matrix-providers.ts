import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import { SignJWT } from "jose";
import type { AppDefinition, AppInput } from "mooring";
import { defineApp } from "mooring";
import { startAuthorizationServer } from "../../examples/support/authorization-server.js";
import { createBrowser } from "../../examples/support/browser.js";
import { startGithubAppServer } from "../support/github-app-server.js";
import { startJwtBearerServer } from "../support/jwt-bearer-server.js";
import { decodeJwt, isSignedBy, rsaKey } from "../support/keys.js";
import { CONSUMER, startOAuth1Server } from "../support/oauth1-server.js";

/** A provider for one scheme: a server on loopback, and how an entity connects to it. */
export interface MatrixProvider {
  readonly app: AppDefinition;
  /** A path of the API that wants credentials. */
  readonly path: string;
  readonly authConfig: Readonly<Record<string, string>>;
  readonly connectionParams: Readonly<Record<string, string>>;
  /** The browser of a user who says yes; null for schemes without one. */
  readonly consent: ((redirectUrl: string) => Promise<URL>) | null;
  readonly canRefresh: boolean;
  close(): Promise<void>;
}

type Scheme = AppInput["authSchemes"][number];

const appWith = (baseUrl: string, scheme: Scheme): AppDefinition =>
  defineApp({ slug: "acme", name: "Acme", description: "Tickets", baseUrl, authSchemes: [scheme] });

interface Exchange {
  readonly path: string;
  readonly authorization: string;
  readonly headers: IncomingMessage["headers"];
}

/** A server that answers what `answer` makes of a request: a status, or a status with JSON. */
async function serve(answer: (exchange: Exchange) => Promise<readonly [status: number, body?: object]>) {
  const server = createServer(async ({ url = "", headers }, response) => {
    const [status, body = {}] = await answer({
      path: url,
      headers,
      authorization: headers.authorization ?? "",
    });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The signature a GET without a query should have, by AWS's documentation of Signature Version 4. */
function sigV4Of({ path, headers, authorization }: Exchange): string {
  const [, scope = "", names = ""] =
    /Credential=AKIDADA\/([^,]+), SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const signed = names.split(";").map((name) => `${name}:${headers[name]}\n`);
  const request = ["GET", path, "", signed.join(""), names, sha256("")].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(request)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, "AWS4secret/of+ada");
  return hmac(key, text).toString("hex");
}

type Given = Pick<MatrixProvider, "connectionParams"> & Partial<Pick<MatrixProvider, "authConfig">>;

/** A provider whose API looks at each request, and nothing else. */
async function checked(
  scheme: Scheme,
  given: Given,
  accepts: (exchange: Exchange) => boolean,
): Promise<MatrixProvider> {
  const { origin, close } = await serve(async (exchange) => [accepts(exchange) ? 200 : 401]);
  return {
    app: appWith(origin, scheme),
    path: "/tickets",
    authConfig: {},
    consent: null,
    canRefresh: false,
    close,
    ...given,
  };
}

const SESSION_KEY = new TextEncoder().encode("the server's own secret, 32 bytes");

/** A login that gives a JWT, and an API that takes it. */
async function login(scheme: (origin: string) => Scheme): Promise<MatrixProvider> {
  let made = 0;
  const { origin, close } = await serve(async ({ path, authorization }) => {
    if (path !== "/login") {
      const token = authorization.replace("Bearer ", "");
      return [token.split(".").length === 3 && isSignedBy(token, SESSION_KEY) ? 200 : 401];
    }
    if (authorization !== `Basic ${btoa("ada:sesame")}`) return [401];
    made += 1;
    const token = new SignJWT({ made }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h");
    return [200, { token: await token.sign(SESSION_KEY) }];
  });
  return {
    app: appWith(origin, scheme(origin)),
    path: "/tickets",
    authConfig: {},
    connectionParams: { username: "ada", password: "sesame" },
    consent: null,
    canRefresh: true,
    close,
  };
}

async function oauth1(scheme: "OAUTH1" | "OAUTH1A"): Promise<MatrixProvider> {
  const server = await startOAuth1Server(Date.now);
  return {
    app: appWith(`${server.url}/api`, {
      scheme,
      requestTokenUrl: `${server.url}/request_token`,
      authorizationUrl: `${server.url}/authorize`,
      accessTokenUrl: `${server.url}/access_token`,
      revocationUrl: `${server.url}/revoke`,
    }),
    path: "/tickets",
    authConfig: { consumer_key: CONSUMER.key, consumer_secret: CONSUMER.secret },
    connectionParams: {},
    consent: server.consent,
    canRefresh: false,
    close: server.close,
  };
}

/** One for each scheme, by its name. */
export const PROVIDERS: Readonly<Record<string, () => Promise<MatrixProvider>>> = {
  API_KEY: () =>
    checked(
      { scheme: "API_KEY", placements: [{ in: "header", name: "X-Api-Key" }] },
      { connectionParams: { api_key: "key-1" } },
      ({ headers }) => headers["x-api-key"] === "key-1",
    ),
  BEARER_TOKEN: () =>
    checked(
      { scheme: "BEARER_TOKEN" },
      { connectionParams: { token: "token-1" } },
      ({ authorization }) => authorization === "Bearer token-1",
    ),
  BASIC: () =>
    checked(
      { scheme: "BASIC" },
      { connectionParams: { username: "ada", password: "sesame" } },
      ({ authorization }) => authorization === `Basic ${btoa("ada:sesame")}`,
    ),
  NO_AUTH: () =>
    checked({ scheme: "NO_AUTH" }, { connectionParams: {} }, ({ authorization }) => authorization === ""),
  JWT: () =>
    checked(
      { scheme: "JWT", algorithm: "HS256", claims: { iss: "acme" } },
      { connectionParams: { private_key: "a shared secret of at least 32 bytes" } },
      ({ authorization }) => {
        const token = authorization.replace("Bearer ", "");
        const [header, claims, signature] = token.split(".");
        const hmac = createHmac("sha256", "a shared secret of at least 32 bytes").update(
          `${header}.${claims}`,
        );
        return hmac.digest("base64url") === signature && decodeJwt(token).claims["iss"] === "acme";
      },
    ),
  HMAC: () =>
    checked(
      {
        scheme: "HMAC",
        canonical: ["{timestamp}", "{method}", "{path}"],
        placements: [
          { in: "header", name: "x-time", template: "{timestamp}" },
          { in: "header", name: "x-signature" },
        ],
      },
      { connectionParams: { api_secret: "secret-1" } },
      ({ path, headers }) =>
        createHmac("sha256", "secret-1").update(`${headers["x-time"]}\nGET\n${path}`).digest("hex") ===
        headers["x-signature"],
    ),
  AWS_SIGV4: () =>
    checked(
      { scheme: "AWS_SIGV4", region: "us-east-1", service: "execute-api" },
      { connectionParams: { access_key_id: "AKIDADA", secret_access_key: "secret/of+ada" } },
      ({ path, headers, authorization }) =>
        authorization.endsWith(`Signature=${sigV4Of({ path, headers, authorization })}`),
    ),
  BASIC_WITH_JWT: () =>
    login((origin) => ({ scheme: "BASIC_WITH_JWT", tokenUrl: `${origin}/login`, tokenPath: "token" })),
  TWO_STEP: () =>
    login((origin) => ({
      scheme: "TWO_STEP",
      fields: [
        { name: "username", displayName: "User", description: "User name" },
        { name: "password", displayName: "Password", description: "Password", secret: true },
      ],
      steps: [
        {
          request: {
            url: `${origin}/login`,
            method: "POST",
            basic: { username: "{username}", password: "{password}" },
          },
          values: { token: { path: "token" } },
        },
      ],
      expiry: { kind: "jwt" },
      placements: [{}],
    })),
  OAUTH1: () => oauth1("OAUTH1"),
  OAUTH1A: () => oauth1("OAUTH1A"),
  async OAUTH2() {
    const server = await startAuthorizationServer();
    return {
      app: appWith(server.issuer, { scheme: "OAUTH2", issuer: server.issuer, scopes: [...server.scopes] }),
      path: server.userinfoUrl,
      authConfig: server.client,
      connectionParams: {},
      consent: (redirectUrl) => createBrowser().authorize(redirectUrl, { login: "ada" }),
      canRefresh: true,
      close: server.close,
    };
  },
  async GITHUB_APP() {
    const key = rsaKey();
    const server = await startGithubAppServer("12345", key.publicKey);
    server.now = Date.now() / 1000;
    server.installations.set("77", "ada");
    return {
      app: appWith(server.origin, {
        scheme: "GITHUB_APP",
        apiUrl: server.origin,
        userTokenUrl: `${server.origin}/login/oauth/access_token`,
      }),
      path: "/repos",
      authConfig: {
        app_id: "12345",
        app_slug: "my-app",
        private_key: key.pkcs8,
        client_id: "Iv1.client",
        client_secret: "client-secret-1",
      },
      connectionParams: {},
      async consent(redirectUrl) {
        const callback = new URL("https://app.example.com/connect/callback");
        callback.search = new URLSearchParams({
          installation_id: "77",
          setup_action: "install",
          code: "code-of-ada",
          state: new URL(redirectUrl).searchParams.get("state") ?? "",
        }).toString();
        return callback;
      },
      canRefresh: true,
      close: server.close,
    };
  },
  async GOOGLE_SERVICE_ACCOUNT() {
    const key = rsaKey();
    const email = "robot@project-1.iam.gserviceaccount.com";
    const audience = "https://oauth2.googleapis.com/token";
    const server = await startJwtBearerServer({ key: key.publicKey, email, audience });
    server.now = Date.now() / 1000;
    return {
      app: appWith(server.origin, {
        scheme: "GOOGLE_SERVICE_ACCOUNT",
        scopes: ["files.read"],
        tokenUrl: `${server.origin}/token`,
      }),
      path: "/files",
      authConfig: {},
      connectionParams: {
        service_account_json: JSON.stringify({
          type: "service_account",
          private_key_id: "key-1",
          private_key: key.pkcs8,
          client_email: email,
          token_uri: audience,
        }),
      },
      consent: null,
      canRefresh: true,
      close: server.close,
    };
  },
};
