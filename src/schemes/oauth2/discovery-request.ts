import type { CustomFetch, ServerMetadata } from "openid-client";
import { RequestError } from "../../errors.js";
import { isPrivateHost } from "../../http/private-host.js";
import { retryAfterMs } from "../../http/retry-after.js";
import { safeCause } from "../../internal/redact.js";
import type { Runtime } from "../../ports/runtime.js";
import { isSafeEndpoint } from "../../ports/url-template.js";
import { send } from "../internal/transport.js";

const ENDPOINTS = [
  "authorization_endpoint",
  "token_endpoint",
  "revocation_endpoint",
  "device_authorization_endpoint",
  "pushed_authorization_request_endpoint",
  "registration_endpoint",
  "jwks_uri",
] as const;

/** Endpoints by their names in the metadata, those for clients with certificates included (RFC 8705 §5). */
function endpointsIn(metadata: ServerMetadata): readonly (readonly [name: string, url: unknown])[] {
  const aliases = Object.entries(metadata.mtls_endpoint_aliases ?? {});
  return [
    ...ENDPOINTS.map((name) => [name, metadata[name]] as const),
    ...aliases.map(([name, url]) => [`mtls_endpoint_aliases.${name}`, url] as const),
  ];
}

const describe = (issuer: string) => {
  const { origin, pathname } = new URL(issuer);
  return { method: "GET", url: `${origin}${pathname}` };
};

/** A fetch for openid-client that never leaves an answer of any size or place unexamined. */
function discoveryFetch(issuer: string, runtime: Runtime): CustomFetch {
  return async (url, { method, headers }) => {
    // Shared by callers: none of their signals ends it.
    const answer = await send({ method, url, headers }, { fetch: runtime.fetch, signal: undefined });
    const target = describe(issuer);
    switch (answer.kind) {
      case "answer": {
        const { status, headers: answered } = answer.response;
        if (status === 200 || status === 404) return new Response(answer.text, { status, headers: answered });
        throw new RequestError(
          "REQUEST_FAILED",
          `Discovery of ${target.url} was answered with status ${status}.`,
          {
            ...target,
            status,
            retryable: status >= 500 || status === 429,
            retryAfterMs: retryAfterMs(answer.response, runtime.clock.now()),
          },
        );
      }
      case "timeout":
        throw new RequestError("REQUEST_TIMEOUT", `Discovery of ${target.url} took longer than 15 seconds.`, {
          ...target,
          retryable: true,
        });
      case "network":
      case "cancelled":
        throw new RequestError("REQUEST_FAILED", `Discovery of ${target.url} failed.`, {
          ...target,
          retryable: true,
          cause: safeCause(answer.cause),
        });
      case "redirect":
      case "too-large":
        throw invalid(
          issuer,
          answer.kind === "redirect" ? "it is a redirect" : "it is larger than 1 MB",
          answer.status,
        );
    }
  };
}

function invalid(issuer: string, problem: string, status: number | null = null): RequestError {
  const target = describe(issuer);
  return new RequestError("RESPONSE_INVALID", `The metadata of ${target.url} cannot be used: ${problem}.`, {
    ...target,
    status,
    hint: "Check `issuer`, or give `authorizationUrl` and `tokenUrl` in the app definition.",
  });
}

/**
 * Asks a server for its metadata (OpenID Connect Discovery 1.0 §4, else RFC 8414 §3).
 *
 * @throws RequestError `REQUEST_FAILED`, `REQUEST_TIMEOUT` or `RESPONSE_INVALID`
 */
export async function discoveryRequest(issuer: string, runtime: Runtime): Promise<ServerMetadata> {
  const client = await import("openid-client");
  const attempt = async (algorithm: "oidc" | "oauth2") => {
    try {
      const configuration = await client.discovery(new URL(issuer), "discovery", undefined, client.None(), {
        algorithm,
        [client.customFetch]: discoveryFetch(issuer, runtime),
        // What may be http was decided before: loopback only.
        execute: issuer.startsWith("http:") ? [client.allowInsecureRequests] : [],
      });
      return configuration.serverMetadata();
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof RequestError) throw cause;
      if (cause instanceof Response && cause.status === 404) return null;
      throw invalid(issuer, "it is not JSON metadata of this issuer");
    }
  };
  const metadata = (await attempt("oidc")) ?? (await attempt("oauth2"));
  if (metadata === null) throw invalid(issuer, "there is none", 404);
  for (const [endpoint, url] of endpointsIn(metadata)) {
    if (url === undefined) continue;
    const isUsable =
      typeof url === "string" &&
      isSafeEndpoint(url) &&
      (url.startsWith("https:") || issuer.startsWith("http:"));
    if (!isUsable) throw invalid(issuer, `\`${endpoint}\` is not an https URL`);
    // As a redirect there would: the client's secret is sent to it.
    if (isPrivateHost(new URL(url)) && !isPrivateHost(new URL(issuer))) {
      throw invalid(issuer, `\`${endpoint}\` is at a private address`);
    }
  }
  return metadata;
}
