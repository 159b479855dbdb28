import { inspect } from "node:util";

/** Everything that came out, as text. */
export interface Output {
  /** Takes a value down in every form somebody may look at it. */
  see(value: unknown): void;
  /** Where a secret turns up, in any of its forms: an excerpt for each that does, none when there is no leak. */
  leaksOf(secrets: Readonly<Record<string, string>>): readonly string[];
  /** Begins anew. */
  clear(): void;
}

const json = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
};
const inspected = (value: unknown): readonly string[] =>
  [{}, { customInspect: false }].map((options) =>
    inspect(value, {
      depth: 10,
      showHidden: true,
      maxArrayLength: null,
      maxStringLength: null,
      breakLength: Number.POSITIVE_INFINITY,
      ...options,
    }),
  );

function textsOf(value: unknown): readonly string[] {
  const texts = [String(value), json(value), ...inspected(value)];
  if (!(value instanceof Error)) return texts;
  const own = "toJSON" in value && typeof value.toJSON === "function" ? json(value.toJSON()) : "";
  const behind = value.cause === undefined ? [] : textsOf(value.cause);
  return [...texts, value.message, value.stack ?? "", own, ...behind];
}

const quote = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A secret in each form it may be written in, also within a longer text that is encoded as a whole. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret);
  const escaped = quote(secret);
  // Three alignments: in base64 every three bytes are written together, with what stands before and after them.
  const encoded = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const known = text.slice(before === 0 ? 0 : 4, Math.floor(((before + bytes.length) * 8) / 24) * 4);
    return [known, known.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [
    secret,
    percent,
    percent.replaceAll(/%../g, (triplet) => triplet.toLowerCase()),
    new URLSearchParams([["", secret]]).toString().slice(1),
    escaped,
    quote(escaped),
    quote(quote(escaped)),
    escaped.replaceAll("/", "\\/"),
    ...encoded,
  ];
}

/** Collects all that comes out, to be searched for secrets. */
export function collectOutput(): Output {
  const texts = new Set<string>();
  return {
    see(value) {
      for (const text of textsOf(value)) texts.add(text);
    },
    leaksOf(secrets) {
      const all = [...texts].join("\n");
      return Object.entries(secrets).flatMap(([name, secret]) => {
        const form = formsOf(secret).find((candidate) => all.includes(candidate));
        if (form === undefined) return [];
        const at = all.indexOf(form);
        return [`${name}: …${all.slice(Math.max(0, at - 200), at + form.length + 50)}…`];
      });
    },
    clear: () => texts.clear(),
  };
}
