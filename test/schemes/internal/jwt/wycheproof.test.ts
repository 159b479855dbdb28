import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { JWT_ALGORITHMS } from "../../../../src/ports/jwt-algorithms.js";
import { candidateKeys, readJwkSet } from "../../../../src/schemes/internal/jwt/jwk-set.js";
import { readHeader, verifySignature } from "../../../../src/schemes/internal/jwt/verify.js";

const group = z.object({
  comment: z.string(),
  key: z.record(z.string(), z.unknown()),
  tests: z.array(z.tuple([z.number(), z.string(), z.string(), z.enum(["valid", "invalid"])])),
});
const vectors = z
  .object({ json_web_signature: z.array(group), json_web_key: z.array(group) })
  .parse(JSON.parse(readFileSync("test/fixtures/wycheproof/json-web-signature.json", "utf8")));
const groups = [...vectors.json_web_signature, ...vectors.json_web_key];

type Key = z.output<typeof group>["key"];
const isSecret = (key: Key): boolean => JSON.stringify(key).includes('"oct"');

/** The signature check as `verifyJwt` makes it; the vectors' payloads are no claims. */
async function holds(jws: string, key: Key): Promise<boolean> {
  const symmetric = isSecret(key);
  const allowed = JWT_ALGORITHMS.filter((name) => name.startsWith("HS") === symmetric);
  try {
    const header = readHeader(jws, allowed);
    const set = readJwkSet(Array.isArray(key["keys"]) ? key : [key]);
    if (set === null) return false;
    const candidates = candidateKeys(set, header);
    const keys = candidates.map((jwk) =>
      typeof jwk["k"] === "string" ? Uint8Array.from(Buffer.from(jwk["k"], "base64url")) : jwk,
    );
    await verifySignature(jws, header, keys);
    return true;
  } catch {
    return false;
  }
}

/** Where this verifier is stricter or laxer than the vectors, and why. */
const DEVIATIONS: ReadonlyMap<number, string> = new Map([
  [346, "the key's `alg` is not the token's (RFC 7520 signs with PS384)"],
  [347, "the key's `alg` is ES521, which there is not"],
  [350, "as 346"],
  [351, "as 347"],
  [367, "published without the padding it is about: what is left is a right token"],
  [370, "as 367"],
  [372, "characters that are not base64url are refused, not skipped (RFC 7515 §2)"],
  [373, "as 372"],
]);
/** Accepted though the vectors refuse it: telling a ROCA modulus needs a test of its own, which jose has not. */
const ROCA = "rejectsKeyWithRocaVulnerability";

describe("Wycheproof's JSON web crypto vectors", () => {
  it.each(groups.map((one) => [one.comment, one] as const))("%s", async (_comment, { key, tests }) => {
    const wrong = [];
    for (const [id, comment, jws, result] of tests) {
      if (DEVIATIONS.has(id) || comment === ROCA) continue;
      if ((await holds(jws, key)) !== (result === "valid"))
        wrong.push(`${id} ${comment}: expected ${result}`);
    }
    expect(wrong).toEqual([]);
  });
});
