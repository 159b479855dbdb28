import { AuthorizationError } from "../../../errors.js";
import type { SchemeCallback, SchemeContext } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { providerCode, providerReason } from "../provider-text.js";
import type { OAuth1Flow } from "./authorization-request.js";

const RESTART_HINT = "Start the connection again.";
const DENIALS = new Set(["permission_denied", "user_refused", "access_denied"]);

/** A parameter of the callback, which may come once. */
function parameter({ url }: SchemeCallback, name: string): string | null {
  const [value = null, ...more] = url.searchParams.getAll(name);
  if (more.length === 0) return value;
  throw new AuthorizationError("AUTHORIZATION_FAILED", `The callback has \`${name}\` more than once.`, {
    hint: RESTART_HINT,
  });
}

function isDenied(callback: SchemeCallback, { denial }: OAuth1Settings): boolean {
  if (parameter(callback, "denied") !== null) return true;
  const said = denial === null ? null : parameter(callback, denial.parameter);
  return said !== null && (denial?.equals ?? said) === said;
}

/**
 * Checks what the browser came back with (RFC 5849 §2.2): it must tell of this flow's temporary credentials, since before
 * Revision A nothing else ties a callback to the user's consent.
 *
 * @returns the verifier; null where the provider has none
 * @throws AuthorizationError `STATE_INVALID`, `AUTHORIZATION_DENIED` or `AUTHORIZATION_FAILED`
 */
export function readAuthorizationResponse(
  callback: SchemeCallback,
  flow: OAuth1Flow,
  { settings, app }: SchemeContext<OAuth1Settings>,
): string | null {
  const problem = parameter(callback, "oauth_problem") ?? parameter(callback, "error");
  const denied = isDenied(callback, settings) || DENIALS.has(problem ?? "");
  if (denied || problem !== null) {
    const secrets = [callback.state, flow.token];
    throw new AuthorizationError(
      denied ? "AUTHORIZATION_DENIED" : "AUTHORIZATION_FAILED",
      `${app.name} did not authorize the connection${providerReason(problem, null, secrets)}.`,
      {
        providerError: providerCode(problem, secrets),
        hint: denied ? "The user said no, or may not say yes." : RESTART_HINT,
      },
    );
  }
  if (parameter(callback, "oauth_token") !== flow.token) {
    throw new AuthorizationError("STATE_INVALID", "`oauth_token` of the callback is not that of this flow.", {
      hint: RESTART_HINT,
    });
  }
  const verifier = parameter(callback, "oauth_verifier") ?? "";
  if (verifier !== "" || settings.verifier === "optional") return verifier || null;
  throw new AuthorizationError("AUTHORIZATION_FAILED", "The callback has no `oauth_verifier`.", {
    hint: `${RESTART_HINT} A provider without a verifier is one for the scheme OAUTH1.`,
  });
}
