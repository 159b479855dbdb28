import { encodedWords } from "./encoded-word.js";

/** One address, with or without a display name (RFC 5322 §3.4). */
export interface Mailbox {
  /** Null for none. */
  readonly name: string | null;
  readonly address: string;
}

/** `local@domain` with a dot-atom on both sides: no quoted local parts, no comments, no lists. */
const ADDRESS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;
/** Control characters, among them the line breaks that would start another header. */
const CONTROL = /\p{Cc}/u;
/** A quoted-string cannot be folded, encoded-words can: longer names are encoded, so that no line passes 78 characters. */
const MAX_QUOTED = 70;

/** Whether text holds a control character: in a header that is an injected header, or nonsense. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL.test(text);
}

/** Reads `jane@example.com` or `Jane Doe <jane@example.com>`; null when it is not exactly one mailbox. */
export function parseMailbox(text: string): Mailbox | null {
  if (hasControlCharacter(text)) return null;
  const [, named = "", bracketed = text] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const address = bracketed.trim();
  if (!ADDRESS.test(address)) return null;
  const name = unquote(named.trim());
  return { name: name === "" ? null : name, address };
}

function unquote(name: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(name) ?? [];
  return quoted === undefined ? name : quoted.replaceAll(/\\(.)/g, "$1");
}

/**
 * The mailbox as a header shows it: a quoted-string for an ASCII name (RFC 5322 §3.2.4), else encoded-words; the address
 * on a line of its own where one line would be too long.
 */
export function formatMailbox({ name, address }: Mailbox): string {
  if (name === null) return address;
  const quoted = `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  const isQuotable = /^[\x20-\x7e]+$/.test(quoted) && quoted.length <= MAX_QUOTED && !quoted.includes("=?");
  if (!isQuotable) return `${encodedWords(name)}\r\n <${address}>`;
  return `${quoted}${quoted.length + address.length <= MAX_QUOTED ? " " : "\r\n "}<${address}>`;
}
