import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";

/** The scopes in a text, each once: separated as the provider does it, or by the usual spaces and commas. */
export function splitScopes(text: string, separator: OAuth2Settings["scopeSeparator"]): readonly string[] {
  const scopes = text.split(separator === "+" ? /[\s,+]+/ : /[\s,]+/);
  return [...new Set(scopes.filter((scope) => scope !== ""))];
}
