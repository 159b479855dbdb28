import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readText } from "../../src/http/read-limited.js";

/** A response whose body comes in these pieces. */
function inPieces(...pieces: readonly Uint8Array[]) {
  const state = { cancelled: false };
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { response: new Response(body), state };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("readText", () => {
  it("reads a whole body up to the limit", async () => {
    const { response } = inPieces(bytes("abc"), bytes("de"));
    expect(await readText(response, 5)).toEqual({ text: "abcde", truncated: false });
  });

  it("stops past the limit, and lets go of the rest", async () => {
    const { response, state } = inPieces(bytes("abc"), bytes("de"), bytes("fg"));
    expect(await readText(response, 4)).toEqual({ text: "abcd", truncated: true });
    expect(state.cancelled).toBe(true);
  });

  it("reads nothing where there is nothing", async () => {
    expect(await readText(new Response(null), 10)).toEqual({ text: "", truncated: false });
  });

  it("replaces what is not UTF-8", async () => {
    expect(await readText(inPieces(new Uint8Array([0x61, 0xff])).response, 10)).toMatchObject({
      text: "a\uFFFD",
    });
  });

  it("gives the start of any text, without half a character, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.nat(40), fc.nat(40), async (text, limit, at) => {
        const all = bytes(text);
        const { response } = inPieces(all.subarray(0, at), all.subarray(at));
        const read = await readText(response, limit);
        expect(read.truncated).toBe(all.byteLength > limit);
        expect(text.startsWith(read.text)).toBe(true);
        expect(bytes(read.text).byteLength).toBeGreaterThan(Math.min(limit, all.byteLength) - 4);
      }),
    );
  });
});
