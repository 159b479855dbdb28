import { TokenError } from "../../../errors.js";
import { percentEncode } from "../../../internal/percent-encode.js";
import type { SchemeContext } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { endpointUrl } from "../endpoint-url.js";
import { consumerFor } from "./apply.js";
import type { OAuth1Credentials } from "./credentials.js";
import { tokenOf } from "./credentials.js";
import type { Signers } from "./signers.js";
import { requestToken } from "./token-request.js";

const PLACEHOLDER = /\{(oauth_token|consumer_key)\}/g;
/** The token is gone already, which is what was wanted. */
const GONE: ReadonlySet<number | null> = new Set([404, 410]);
const GONE_PROBLEMS: ReadonlySet<string | null> = new Set([
  "token_revoked",
  "token_expired",
  "token_rejected",
]);

/**
 * Ends a token at the provider, by the app's own request; one that is gone already counts as ended. Where the provider
 * has no such request, nothing is sent.
 *
 * @throws TokenError `TOKEN_REVOKE_FAILED`
 */
export async function revoke(
  signers: Signers,
  context: SchemeContext<OAuth1Settings>,
  credentials: OAuth1Credentials,
): Promise<void> {
  const { revocationUrl, revocationMethod: method } = context.settings;
  const token = tokenOf(credentials);
  if (revocationUrl === null || token === null) return;
  const consumer = consumerFor(context, credentials);
  const values: Readonly<Record<string, string>> = { oauth_token: token.key, consumer_key: consumer.key };
  // They go in last, in place of "<…>" encoded: errors name the URL without them, and no host may hold a "<".
  const marked = revocationUrl.replace(PLACEHOLDER, (_placeholder, name: string) => `%3C${name}%3E`);
  const url = endpointUrl("revocationUrl", marked, context.params).replace(
    /%3C(\w+)%3E/g,
    (_encoded, name: string) => percentEncode(values[name] ?? ""),
  );
  try {
    await requestToken(
      signers,
      context,
      { method, url, params: {}, extra: {}, consumer, token },
      { operation: "revoke", wish: "revoke the token" },
    );
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (!GONE.has(error.status) && !GONE_PROBLEMS.has(error.providerError)) throw error;
  }
}
