import * as z from "zod";
import { ValidationError } from "../errors.js";
import { decodeBase64 } from "../internal/base64.js";
import { lazy } from "../internal/lazy.js";
import type { VaultBinding } from "../ports/vault.js";

/** What a value stored in the clear starts with; no JWE does. */
export const PLAINTEXT_PREFIX = "plaintext:";

/** Key ids that are accepted, and that are repeated in messages. */
export const KEY_ID = /^[A-Za-z0-9._-]{1,128}$/;

const headerSchema = lazy(() => z.object({ kid: z.string().regex(KEY_ID) }));

/** The `kid` of a compact JWE (RFC 7516 §4.1.6); null when the text is none, or names no key. */
export function keyIdOfJwe(sealed: string): string | null {
  const [header = "", ...rest] = sealed.split(".");
  const bytes = rest.length === 4 ? decodeBase64(header) : null;
  if (bytes === null) return null;
  try {
    const parsed = headerSchema().safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data.kid : null;
  } catch {
    return null;
  }
}

/** A row as messages call it. */
export function rowName({ table, id }: VaultBinding): string {
  return `${table} ${id}`;
}

/** A value as JSON. @throws ValidationError when JSON cannot carry it */
export function toJsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  if (text !== undefined) return text;
  throw new ValidationError("A value to be stored cannot be written as JSON.", {
    issues: [{ path: "value", message: "expected what JSON can carry" }],
  });
}
