/** A mail read back: an independent, strict reading of RFC 5322, 2045 to 2047 for the messages the tests compose. */
export interface ReadMail {
  /** Header fields in order, unfolded but not decoded. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded bodies by media type, in order. */
  readonly bodies: readonly (readonly [type: string, text: string])[];
}

/** Decodes a header's encoded-words; white space between two of them is not text (RFC 2047 §6.2). */
export function decodeWords(value: string): string {
  return value
    .replaceAll(/(=\?UTF-8\?B\?[A-Za-z0-9+/=]*\?=)\s+(?==\?UTF-8\?B\?)/g, "$1")
    .replaceAll(/(?:=\?UTF-8\?B\?[A-Za-z0-9+/=]*\?=)+/g, (words) =>
      words
        .slice("=?UTF-8?B?".length, -"?=".length)
        .split("?==?UTF-8?B?")
        .map((word) => Buffer.from(word, "base64").toString("utf8"))
        .join(""),
    );
}

/** Reads a mail of a single part or of alternatives. */
export function readMail(message: string): ReadMail {
  const { headers, body } = readPart(message);
  const type = headerOf(headers, "Content-Type");
  const boundary = /^multipart\/alternative; boundary="([^"]+)"$/.exec(type)?.[1];
  if (boundary === undefined) return { headers, bodies: [readBody(headers, body)] };
  const [preamble, ...parts] = `\r\n${body}`.split(`\r\n--${boundary}`);
  const closing = parts.pop();
  if (preamble !== "" || !closing?.startsWith("--")) throw new Error("the alternatives are not delimited");
  return {
    headers,
    bodies: parts.map((part) => {
      const inner = readPart(part.slice("\r\n".length));
      return readBody(inner.headers, inner.body);
    }),
  };
}

function readPart(text: string) {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) throw new Error("the header section does not end");
  const fields = text
    .slice(0, end)
    .replaceAll(/\r\n([ \t])/g, "$1")
    .split("\r\n");
  const headers = fields.map((field) => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(field) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not a header field: ${field}`);
    return [name, value] as const;
  });
  return { headers, body: text.slice(end + "\r\n\r\n".length) };
}

function readBody(headers: ReadMail["headers"], body: string): readonly [string, string] {
  if (headerOf(headers, "Content-Transfer-Encoding") !== "base64") throw new Error("expected base64");
  const [type = ""] = headerOf(headers, "Content-Type").split(";");
  return [type, Buffer.from(body, "base64").toString("utf8")];
}

/** The value of the one header of that name; empty when it is not there exactly once. */
export function headerOf(headers: ReadMail["headers"], name: string): string {
  const [first, ...more] = headers.filter(([candidate]) => candidate === name);
  return more.length > 0 ? "" : (first?.[1] ?? "");
}
