import { redactText } from "../../internal/redact.js";

const MAX_CODE_LENGTH = 64;
const MAX_DESCRIPTION_LENGTH = 200;

/** Printable characters only, on one line, and no longer than a sentence: what a stranger wrote goes into logs. */
function tidy(text: string, maxLength: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

/** An error code of a provider; null when it gave none. */
export function providerCode(code: string | null, secrets: readonly string[]): string | null {
  const text = code === null ? "" : tidy(redactText(code, secrets), MAX_CODE_LENGTH);
  return text === "" ? null : text;
}

/** What a provider says about an error, as the end of a sentence: code and description in brackets, or nothing. */
export function providerReason(
  code: string | null,
  description: string | null,
  secrets: readonly string[],
): string {
  const text = description === null ? "" : tidy(redactText(description, secrets), MAX_DESCRIPTION_LENGTH);
  const parts = [providerCode(code, secrets), text === "" ? null : text].filter((part) => part !== null);
  return parts.length === 0 ? "" : ` (${parts.join(": ")})`;
}
