/** A text a script answered with. Scripts answer with texts alone: clients can be told to make several things of numbers. */
export function textOf(reply: unknown): string {
  if (typeof reply === "string") return reply;
  // A client can be told to answer with bytes.
  if (reply instanceof Uint8Array) return new TextDecoder().decode(reply);
  throw new UnexpectedReply();
}

/** The list of texts a script answered with; null when it answered with nothing. */
export function textsOf(reply: unknown): readonly string[] | null {
  if (reply === null || reply === undefined) return null;
  if (Array.isArray(reply)) return reply.map(textOf);
  throw new UnexpectedReply();
}

/** Ids and values, which scripts return by turns. */
export function pairsOf(texts: readonly string[]): readonly (readonly [id: string, text: string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < texts.length; index += 2) {
    const [id = "", text = ""] = texts.slice(index, index + 2);
    pairs.push([id, text]);
  }
  return pairs;
}

/** The client made something else of an answer. */
export class UnexpectedReply extends Error {
  override readonly name = "UnexpectedReply";
}
