import type { JwtAlgorithm } from "../../../ports/jwt-algorithms.js";

/** What a key is of. */
export type KeyKind = "RSA" | "P-256" | "P-384" | "P-521" | "Ed25519" | "secret";

/** Whether an algorithm signs with a secret both sides know (RFC 7518 §3.2). */
export const isSymmetric = (algorithm: string): boolean => algorithm.startsWith("HS");

const CURVES = { ES256: "P-256", ES384: "P-384", ES512: "P-521" } as const;

/** The kind of key an algorithm needs. */
export function keyKindFor(algorithm: JwtAlgorithm): KeyKind {
  switch (algorithm) {
    case "ES256":
    case "ES384":
    case "ES512":
      return CURVES[algorithm];
    case "EdDSA":
      return "Ed25519";
    default:
      return isSymmetric(algorithm) ? "secret" : "RSA";
  }
}
