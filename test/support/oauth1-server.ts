import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestHandler } from "express";
import express from "express";
import oauthorize from "oauthorize";
import strategies from "passport-http-oauth";

/** The client every server of these tests knows. */
export const CONSUMER = { key: "consumer-of-the-host", secret: "consumer-secret/of=the host" };
/** How far a timestamp may be from the server's time, in seconds. */
const MAX_SKEW_SECONDS = 300;

const random = () => randomBytes(12).toString("hex");

type Strategy = InstanceType<typeof strategies.ConsumerStrategy>;

/** What passport does with a strategy; this one brings a passport of its own, from before Express 5. */
function authenticated(strategy: Strategy): RequestHandler {
  return (request, response, next) => {
    const own: Strategy = Object.assign(Object.create(strategy), {
      success(user: object, authInfo: object) {
        Object.assign(request, { user, authInfo });
        next();
      },
      fail(challenge: string | number, status = 401) {
        if (typeof challenge === "string") response.set("www-authenticate", challenge);
        response.status(typeof challenge === "number" ? challenge : status).end();
      },
      error: next,
    });
    own.authenticate(request);
  };
}

/**
 * An OAuth 1.0a server made by others (oauthorize, passport-http-oauth): three legs with HMAC-SHA1 or HMAC-SHA256, nonces
 * that work once, timestamps that are checked, and an API at `/api`. It cannot read repeated parameters.
 *
 * @param now its clock, in milliseconds since the epoch
 */
export async function startOAuth1Server(now: () => number) {
  const requests = new Map<string, { secret: string; callbackUrl: string; verifier: string }>();
  const tokens = new Map<string, string>();
  const nonces = new Set<string>();
  const received: string[] = [];
  const consumer = (key: string, found: (error: null, consumer: object | false, secret?: string) => void) =>
    found(null, key === CONSUMER.key ? { key } : false, CONSUMER.secret);
  const validate = (timestamp: string, nonce: string, validated: (error: null, valid: boolean) => void) => {
    const fresh = !nonces.has(nonce) && Math.abs(now() / 1000 - Number(timestamp)) <= MAX_SKEW_SECONDS;
    nonces.add(nonce);
    validated(null, fresh);
  };
  const client = authenticated(
    new strategies.ConsumerStrategy(
      consumer,
      (token, found) => found(null, requests.get(token)?.secret ?? false),
      validate,
    ),
  );
  const user = authenticated(
    new strategies.TokenStrategy(
      consumer,
      (token, found) => found(null, tokens.has(token) ? { name: "Ada" } : false, tokens.get(token)),
      validate,
    ),
  );

  const app = express();
  app.use(express.urlencoded({ extended: false }), express.json());
  app.use((request, _response, next) => {
    received.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
    next();
  });
  app.post(
    "/request_token",
    client,
    oauthorize.requestToken((_consumer, callbackUrl, issued) => {
      const [token, secret] = [random(), random()];
      requests.set(token, { secret, callbackUrl, verifier: random() });
      issued(null, token, secret);
    }),
  );
  // The user says yes at once.
  app.get("/authorize", (request, response) => {
    const token = String(request.query["oauth_token"]);
    const { callbackUrl = "", verifier = "" } = requests.get(token) ?? {};
    const back = new URL(callbackUrl);
    back.searchParams.set("oauth_token", token);
    back.searchParams.set("oauth_verifier", verifier);
    response.redirect(back.href);
  });
  app.post(
    "/access_token",
    client,
    oauthorize.accessToken(
      (token, verifier, verified) => verified(null, requests.get(token)?.verifier === verifier),
      (_consumer, requestToken, issued) => {
        requests.delete(requestToken);
        const [token, secret] = [random(), random()];
        tokens.set(token, secret);
        issued(null, token, secret, { user_id: "7", screen_name: "ada" });
      },
    ),
  );
  app.post("/revoke", user, (request, response) => {
    tokens.delete(/oauth_token="([^"]+)"/.exec(request.headers.authorization ?? "")?.[1] ?? "");
    response.json({});
  });
  app.all("/api/*path", user, (request, response) => {
    response.json({ method: request.method, query: request.query, body: request.body ?? null });
  });

  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    /** The browser of a user who says yes: where it is sent to. */
    async consent(redirectUrl: string | null): Promise<URL> {
      const response = await fetch(redirectUrl ?? "", { redirect: "manual" });
      return new URL(response.headers.get("location") ?? "");
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
/** What {@link startOAuth1Server} returns. */
export type OAuth1Server = Awaited<ReturnType<typeof startOAuth1Server>>;
