/** What a JWT is signed with that anyone can verify (RFC 7518 §3.1, RFC 8037 §3.1). */
export const ASYMMETRIC_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;
/** What JWTs are signed with here; never `none`. */
export const JWT_ALGORITHMS = [...ASYMMETRIC_ALGORITHMS, "HS256", "HS384", "HS512"] as const;
/** One of them. */
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];
