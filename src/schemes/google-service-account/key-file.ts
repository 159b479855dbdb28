import { decodeBase64 } from "../../internal/base64.js";
import { isObject } from "../../internal/json.js";
import { keyError } from "../internal/jwt/import-key.js";

/** What a key file of Google says: https://docs.cloud.google.com/iam/docs/keys-create-delete */
export interface KeyFile {
  readonly clientEmail: string;
  readonly privateKey: string;
  /** Null in files that were written by hand. */
  readonly privateKeyId: string | null;
}

function parse(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "string" ? JSON.parse(parsed) : parsed;
  } catch {
    return undefined;
  }
}

/** Line breaks within the quotes of a key are what becomes of its `\n` when it is pasted through a shell. */
const mended = (text: string): string =>
  text.replace(/-----BEGIN[^"]*/g, (key) => key.replace(/\r?\n/g, "\\n"));

function parsedFile(text: string): unknown {
  const trimmed = text.trim().replace(/^'([\s\S]*)'$/, "$1");
  const bytes = trimmed.startsWith("{") || trimmed.startsWith('"') ? null : decodeBase64(trimmed);
  const json = bytes === null ? trimmed : new TextDecoder().decode(bytes);
  return parse(json) ?? parse(mended(json));
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/**
 * Reads a pasted key file.
 *
 * @param field where it was given, for errors
 * @throws ValidationError, or ConfigurationError where the developer gave it, naming the field and what is wrong
 */
export function readKeyFile(text: string, field: string, universeDomain: string): KeyFile {
  const file = parsedFile(text);
  if (!isObject(file)) throw keyError(field, "it is not the JSON of a key file");
  const { type, client_email, private_key, private_key_id, universe_domain } = file;
  if (type !== undefined && type !== "service_account") {
    throw keyError(field, "its `type` is not `service_account`");
  }
  if (universe_domain !== undefined && universe_domain !== universeDomain) {
    throw keyError(field, `its \`universe_domain\` is not ${universeDomain}`);
  }
  const clientEmail = textOf(client_email);
  const privateKey = textOf(private_key);
  if (clientEmail === null) throw keyError(field, "it has no `client_email`");
  if (privateKey === null) throw keyError(field, "it has no `private_key`");
  return { clientEmail, privateKey, privateKeyId: textOf(private_key_id) };
}
