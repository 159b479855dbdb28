import { encodeBase64 } from "../../internal/base64.js";

/**
 * A line that holds an encoded-word may have 76 characters (RFC 2047 §2): 9 for `Subject: `, 12 for `=?UTF-8?B?` and
 * `?=`, which leaves 52 for base64, 4 of every 3 bytes.
 */
const MAX_BYTES = 39;
/** Lines should not be longer (RFC 5322 §2.1.1). */
const MAX_LINE = 78;

const encoder = new TextEncoder();

/** Whether a header's value may stand as it is: printable ASCII that is not taken for an encoded-word. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !text.includes("=?") && text.trim() === text;
}

/** Text as encoded-words of whole characters, folded one a line (RFC 2047 §2, §5). */
export function encodedWords(text: string): string {
  const chunks: string[] = [];
  let chunk = "";
  let size = 0;
  for (const character of text) {
    const bytes = encoder.encode(character).length;
    if (size + bytes > MAX_BYTES) {
      chunks.push(chunk);
      chunk = "";
      size = 0;
    }
    chunk += character;
    size += bytes;
  }
  chunks.push(chunk);
  return chunks.map((part) => `=?UTF-8?B?${encodeBase64(encoder.encode(part))}?=`).join("\r\n ");
}

/** An unstructured header's value (RFC 5322 §2.2.1), encoded where it is not plain or too long for a line. */
export function unstructured(name: string, text: string): string {
  return isPlain(text) && name.length + 2 + text.length <= MAX_LINE ? text : encodedWords(text);
}
