import * as z from "zod";
import { ValidationError } from "../errors.js";
import { decodeBase64 } from "../internal/base64.js";
import { lazy } from "../internal/lazy.js";
import type { Vault, VaultBinding } from "../ports/vault.js";

/** What a value stored in the clear starts with; no JWE does. */
export const PLAINTEXT_PREFIX = "plaintext:";

/** Key ids that are accepted, and that are repeated in messages. */
export const KEY_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** What the header of a sealed value says of its key. */
export interface SealedHeader {
  /** Id of the key (RFC 7516 §4.1.6). */
  readonly kid: string;
  /** The data key, wrapped with that key, base64url: a private parameter (RFC 7516 §4.3). */
  readonly edk?: string | undefined;
}

const headerSchema = lazy(() => z.object({ kid: z.string().regex(KEY_ID), edk: z.string().optional() }));

/** The header of a compact JWE; null when the text is none, or names no key. Nothing is verified. */
export function headerOfJwe(sealed: string): SealedHeader | null {
  const [header = "", ...rest] = sealed.split(".");
  const bytes = rest.length === 4 ? decodeBase64(header) : null;
  if (bytes === null) return null;
  try {
    return headerSchema().safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

/** The id of the key a compact JWE names; null when the text is none, or names no key. Nothing is verified. */
export function keyIdOfJwe(sealed: string): string | null {
  return headerOfJwe(sealed)?.kid ?? null;
}

/** Whether a value names the key that seals now. A row without a value has nothing to be sealed anew. */
export function isSealedAsNow(vault: Vault, sealed: string | null): boolean {
  return sealed === null || vault.keyIdOf(sealed) === vault.currentKeyId;
}

/** A row as messages call it. */
export function rowName({ table, id }: VaultBinding): string {
  return `${table} ${id}`;
}

/** Shows the ids of a vault's keys, and nothing else, where the vault itself would be shown. */
export function showingKeyIds<Shown extends object>(vault: Shown, ids: readonly string[]): Shown {
  return Object.defineProperty(vault, Symbol.for("nodejs.util.inspect.custom"), {
    value: () => `Vault { keys: [${ids.map((id) => `'${id}'`).join(", ")}] }`,
  });
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
