import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Fetch } from "../../../src/ports/runtime.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { contextOf, startContextOf } from "./support.js";

const pem = (name: string) => readFileSync(new URL(`../../fixtures/mtls/${name}`, import.meta.url), "utf8");
/** Made for this test alone, with `openssl req -x509`; valid for a hundred years. */
const pair = (name: string) => ({ key: pem(`${name}.key`), cert: pem(`${name}.pem`) });

async function textOf(message: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The host's `fetch`, which presents a certificate to every server that asks for one; null for none. */
const fetchWith =
  (certificate: string | null): Fetch =>
  async (input, init) => {
    const outgoing = new Request(input, init);
    const body = await outgoing.text();
    return new Promise<Response>((resolve, reject) => {
      const request = httpsRequest(
        outgoing.url,
        {
          method: outgoing.method,
          headers: Object.fromEntries(outgoing.headers),
          ca: pem("server.pem"),
          ...(certificate === null ? {} : pair(certificate)),
        },
        (response) => {
          const status = response.statusCode ?? 0;
          textOf(response).then((text) => resolve(new Response(text, { status })), reject);
        },
      );
      request.once("error", reject);
      request.end(body);
    });
  };

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** An https server on loopback that asks for a certificate and knows that of `client.pem`. */
async function listening(answer: Answer): Promise<string> {
  const options = { ...pair("server"), ca: pem("client.pem"), requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** A server as in RFC 8705 §5: its endpoints for clients with a certificate are at another origin. */
async function mutualTlsServer() {
  const received: (readonly [line: string, authorization: string | undefined, body: string])[] = [];
  const bound = await listening(async (request, response) => {
    const { method, url, headers, socket } = request;
    received.push([`${method} ${url}`, headers.authorization, await textOf(request)]);
    const isKnown = socket instanceof TLSSocket && socket.authorized;
    response
      .writeHead(isKnown ? 200 : 401)
      .end(
        JSON.stringify(
          isKnown
            ? { access_token: "at", token_type: "Bearer", expires_in: 60 }
            : { error: "invalid_client" },
        ),
      );
  });
  const issuer: string = await listening((_request, response) => {
    const endpoints = (origin: string) => ({
      token_endpoint: `${origin}/token`,
      revocation_endpoint: `${origin}/revoke`,
    });
    response.end(JSON.stringify({ issuer, ...endpoints(issuer), mtls_endpoint_aliases: endpoints(bound) }));
  });
  return { bound, issuer, received };
}

const SETTINGS = {
  authorizationUrl: null,
  tokenUrl: null,
  grantType: "client_credentials",
  clientAuthentication: "tls_client_auth",
};
const optionsOf = (certificate: string | null, settings: Readonly<Record<string, unknown>>) => ({
  settings: { ...SETTINGS, ...settings },
  config: { client_id: "mooring-host" },
  fetch: fetchWith(certificate),
  now: Date.now,
});

describe("tls_client_auth (RFC 8705 §2.1)", () => {
  it("gets, renews and revokes tokens at the endpoints for it, with the certificate alone", async () => {
    const { issuer, received } = await mutualTlsServer();
    const options = optionsOf("client", { issuer });
    const scheme = oauth2();
    const started = await scheme.start(startContextOf({ ...options, scopes: ["read"] }));
    if (started.kind !== "complete") throw new Error("A grant was expected.");
    const { credentials } = started.grant;
    await scheme.refresh?.(contextOf(options), credentials);
    await scheme.revoke?.(contextOf(options), credentials);
    const grant = "scope=read&grant_type=client_credentials&client_id=mooring-host";
    expect(received).toEqual([
      ["POST /token", undefined, grant],
      ["POST /token", undefined, grant],
      ["POST /revoke", undefined, "token_type_hint=access_token&token=at&client_id=mooring-host"],
    ]);
  });

  it("takes the endpoint the app definition names", async () => {
    const { bound, received } = await mutualTlsServer();
    const options = optionsOf("client", { tokenUrl: `${bound}/own` });
    await expect(oauth2().start(startContextOf(options))).resolves.toMatchObject({ kind: "complete" });
    expect(received.map(([line]) => line)).toEqual(["POST /own"]);
  });

  it.each([
    ["another certificate of the same name", "other"],
    ["none", null],
  ])("is refused with %s", async (_name, certificate) => {
    const { issuer } = await mutualTlsServer();
    await expect(oauth2().start(startContextOf(optionsOf(certificate, { issuer })))).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "invalid_client",
    });
  });
});
