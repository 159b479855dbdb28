import { AuthorizationError } from "../../errors.js";
import type { SchemeCallback } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { providerCode, providerReason } from "../internal/provider-text.js";
import type { AuthorizationServer } from "./authorization-server.js";

const RESTART_HINT = "Start the connection again.";

/** A parameter of the callback; RFC 6749 §3.1 allows each once. */
function parameter(callback: SchemeCallback, name: string): string | null {
  const [value = null, ...more] = callback.url.searchParams.getAll(name);
  if (more.length === 0) return value;
  throw new AuthorizationError("AUTHORIZATION_FAILED", `The callback has \`${name}\` more than once.`, {
    hint: RESTART_HINT,
  });
}

function checkIssuer(iss: string | null, server: AuthorizationServer, appName: string): void {
  if (server.issuer === null) return;
  const isPromised = server.metadata.authorization_response_iss_parameter_supported === true;
  if (iss === server.issuer || (iss === null && !isPromised)) return;
  throw new AuthorizationError(
    "ISSUER_MISMATCH",
    iss === null
      ? `The callback has no \`iss\`, which ${appName} always sends.`
      : `The callback comes from another server than the one of ${appName} this flow was started at.`,
    { hint: `Expected \`iss\` to be ${server.issuer} (RFC 9207).` },
  );
}

/**
 * Checks what the browser brought back (RFC 6749 §4.1.2, RFC 9207 §2.4), and returns it in the form openid-client
 * takes: the redirect URI that was registered, whatever proxies made of it, with the parameters that matter.
 *
 * @throws AuthorizationError `ISSUER_MISMATCH`, `STATE_INVALID`, `AUTHORIZATION_DENIED` or `AUTHORIZATION_FAILED`
 */
export function readAuthorizationResponse(options: {
  readonly callback: SchemeCallback;
  readonly server: AuthorizationServer;
  readonly appName: string;
  /** How the provider calls the parameters. */
  readonly names: OAuth2Settings["parameterNames"];
}): { readonly url: URL; readonly code: string } {
  const { callback, server, appName, names } = options;
  const iss = parameter(callback, "iss");
  checkIssuer(iss, server, appName);
  if (parameter(callback, names.state) !== callback.state) {
    throw new AuthorizationError("STATE_INVALID", "`state` of the callback is not that of this flow.", {
      hint: RESTART_HINT,
    });
  }
  const error = parameter(callback, "error");
  if (error !== null) {
    const reason = providerReason(error, parameter(callback, "error_description"), [callback.state]);
    const isDenied = error === "access_denied";
    throw new AuthorizationError(
      isDenied ? "AUTHORIZATION_DENIED" : "AUTHORIZATION_FAILED",
      `${appName} did not authorize the connection${reason}.`,
      {
        providerError: providerCode(error, [callback.state]),
        hint: isDenied
          ? "The user said no, or may not say yes."
          : "`providerError` is the provider's own code: look it up in its documentation.",
      },
    );
  }
  const code = parameter(callback, names.code) ?? "";
  if (code === "") {
    throw new AuthorizationError(
      "AUTHORIZATION_FAILED",
      `The callback has neither \`${names.code}\` nor \`error\`.`,
      {
        hint: RESTART_HINT,
      },
    );
  }
  const url = new URL(callback.callbackUrl);
  url.search = new URLSearchParams({
    code,
    state: callback.state,
    ...(iss === null || server.issuer === null ? {} : { iss }),
  }).toString();
  return { url, code };
}
