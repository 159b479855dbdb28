/** The bytes of text, one character each, as `btoa` takes them. */
const bytesOf = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

/** What base64 of any longer text is sure to hold: three bytes are written together, so there are three ways to stand. */
function base64Forms(bytes: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = btoa("\0".repeat(before) + bytes);
    // What is shared with a neighbour is left out, at both ends.
    const known = encoded.slice(before === 0 ? 0 : 4, Math.floor((before + bytes.length) / 3) * 4);
    return [known, known.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** A secret in each form a store may hold it in, also within a longer text that is encoded as a whole. */
function formsOf(secret: string): Readonly<Record<string, readonly string[]>> {
  const bytes = bytesOf(secret);
  const percent = encodeURIComponent(secret);
  const hex = [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  const quoted = JSON.stringify(secret).slice(1, -1);
  return {
    "in plain text": [secret, quoted, JSON.stringify(quoted).slice(1, -1)],
    "URL-encoded": [
      percent,
      percent.replaceAll(/%../g, (triplet) => triplet.toLowerCase()),
      new URLSearchParams([["", secret]]).toString().slice(1),
    ],
    "in hexadecimal": [hex, hex.toUpperCase()],
    "in base64": base64Forms(bytes),
  };
}

/** Where a text holds a secret: its name and the form, for each that it does. */
export function findSecrets(text: string, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(formsOf(secret)).flatMap(([form, variants]) =>
      variants.some((variant) => text.includes(variant)) ? [`${name} ${form}`] : [],
    ),
  );
}
