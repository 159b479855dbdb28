/** The start of a body as text. */
export interface LimitedText {
  readonly text: string;
  /** Whether there was more. */
  readonly truncated: boolean;
}

/**
 * Reads a response's body as UTF-8 text, at most `maxBytes` of it, and lets go of the rest. Bytes that are not UTF-8
 * become U+FFFD; a character the cut would split is left out.
 *
 * @throws whatever the body's stream fails with
 * @example
 * ```ts
 * const { text, truncated } = await readText(response, 64 * 1024);
 * ```
 */
export async function readText(response: Response, maxBytes: number): Promise<LimitedText> {
  if (response.body === null) return { text: "", truncated: false };
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), truncated: false };
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
    if (left < 0) {
      reader.cancel().catch(() => undefined);
      return { text, truncated: true };
    }
  }
}
