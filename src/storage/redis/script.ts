import { encodeHex } from "../../internal/hex.js";
import type { SendCommand } from "./client.js";

/** Runs a script in one atomic step; it finds the arguments from `ARGV[1]` on. */
export type Script = (...args: readonly string[]) => Promise<unknown>;

/** Makes a script of a Lua source. */
export type ScriptMaker = (source: string) => Script;

/**
 * Makes the scripts of one client: each is run by its digest, and sent as a whole where the server does not know it (yet,
 * or any more).
 *
 * @param keys put before every key
 */
export function scriptMaker(send: SendCommand, keys: string): ScriptMaker {
  // Any key of ours says where in a cluster they all are, and what prefix of its own the client puts before them.
  const key = `${keys}schema`;
  return (source) => {
    let digest: Promise<string> | undefined;
    return async (...args) => {
      digest ??= sha1(source);
      try {
        return await send(key, "evalsha", [await digest, "1", key, ...args]);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
        return send(key, "eval", [source, "1", key, ...args]);
      }
    };
  };
}

/** What Redis calls a script by. */
async function sha1(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return encodeHex(new Uint8Array(bytes));
}
