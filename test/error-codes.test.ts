import { inspect } from "node:util";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as errors from "../src/errors.js";

const { MooringError } = errors;
/** The same module once more, as two copies of the package in one process would load it. */
const SECOND_COPY = new URL("../src/errors.ts?second-copy", import.meta.url).href;

/** One error of each class, with everything it can carry. */
const cause = new Error("what went wrong below");
const SAMPLES = [
  new errors.ConfigurationError("CONFIG_INVALID", "Wrong.", { cause, hint: "Mend it.", issues: [] }),
  new errors.ValidationError("Wrong.", { cause, hint: "Mend it.", issues: [{ path: "app", message: "x" }] }),
  new errors.NoItemsFoundError("connection", "None.", { cause, hint: "Mend it." }),
  new errors.AuthorizationError("AUTHORIZATION_DENIED", "Denied.", { cause, providerError: "access_denied" }),
  new errors.TokenError("TOKEN_REFRESH_FAILED", "Failed.", {
    cause,
    retryable: true,
    status: 503,
    issues: [],
  }),
  new errors.ConnectionStateError("CONNECTION_NOT_ACTIVE", "Not active.", { cause, status: "EXPIRED" }),
  new errors.StorageError("STORAGE_FAILED", "Failed.", {
    cause,
    adapter: "kysely",
    operation: "flows.insert",
  }),
  new errors.RequestError("RATE_LIMITED", "Slow down.", { cause, method: "GET", url: "https://a.example/b" }),
  new errors.CipherError("KEY_UNKNOWN", "Unknown key.", { cause, keyId: "2026-11" }),
  new errors.JwtError("JWT_EXPIRED", "Expired.", { cause, claim: "exp" }),
].map((error) => ({ name: error.constructor.name, error }));

const exportedClasses = Object.entries(errors)
  .filter(([, value]) => typeof value === "function" && value.prototype instanceof MooringError)
  .map(([name]) => name);

/** The strings of the exported unions `…ErrorCode`, as the compiler sees them. */
function codesOf(file: string): Record<string, readonly string[]> {
  const program = ts.createProgram([file], { strict: true, noLib: true, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const unions = (module ? checker.getExportsOfModule(module) : [])
    .filter(({ name }) => name.endsWith("ErrorCode"))
    .map((symbol) => {
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      const members = type.isUnion() ? type.types : [type];
      return [
        symbol.name,
        members.flatMap((member) => (member.isStringLiteral() ? member.value : [])).sort(),
      ];
    });
  return Object.fromEntries(unions);
}

describe("error codes", () => {
  it("are these, class by class: a code is part of the public API, and changing one a breaking change", () => {
    const { MooringErrorCode: all, ...byClass } = codesOf("src/errors.ts");
    expect(byClass).toMatchInlineSnapshot(`
      {
        "AuthorizationErrorCode": [
          "AUTHORIZATION_DENIED",
          "AUTHORIZATION_FAILED",
          "ENTITY_MISMATCH",
          "ENTITY_REQUIRED",
          "ISSUER_MISMATCH",
          "STATE_EXPIRED",
          "STATE_INVALID",
        ],
        "CipherErrorCode": [
          "CIPHERTEXT_MOVED",
          "DECRYPT_FAILED",
          "KEY_MANAGEMENT_FAILED",
          "KEY_UNKNOWN",
        ],
        "ConfigurationErrorCode": [
          "APP_UNKNOWN",
          "CONFIG_INVALID",
          "ENCRYPTION_KEY_MISSING",
          "INTEGRATION_CONFLICT",
          "INTEGRATION_REQUIRED",
          "SCHEME_UNSUPPORTED",
        ],
        "ConnectionStateErrorCode": [
          "CONNECTION_AMBIGUOUS",
          "CONNECTION_CONFLICT",
          "CONNECTION_NOT_ACTIVE",
          "CONNECTION_WAIT_TIMEOUT",
          "INTEGRATION_DISABLED",
          "TRANSITION_INVALID",
        ],
        "JwtErrorCode": [
          "JWKS_UNAVAILABLE",
          "JWT_ALGORITHM_FORBIDDEN",
          "JWT_CLAIM_INVALID",
          "JWT_EXPIRED",
          "JWT_KEY_UNKNOWN",
          "JWT_MALFORMED",
          "JWT_NOT_YET_VALID",
          "JWT_SIGNATURE_INVALID",
        ],
        "NoItemsFoundErrorCode": [
          "ACTION_NOT_FOUND",
          "CONNECTION_NOT_FOUND",
          "INTEGRATION_NOT_FOUND",
        ],
        "RequestErrorCode": [
          "INSUFFICIENT_SCOPE",
          "RATE_LIMITED",
          "REQUEST_FAILED",
          "REQUEST_TIMEOUT",
          "RESPONSE_INVALID",
          "RESPONSE_TOO_LARGE",
          "URL_FORBIDDEN",
        ],
        "StorageErrorCode": [
          "STORAGE_ACCESS_DENIED",
          "STORAGE_CONFLICT",
          "STORAGE_FAILED",
          "STORAGE_NOT_MIGRATED",
          "STORAGE_SCHEMA_NEWER",
        ],
        "TokenErrorCode": [
          "CREDENTIALS_REFUSED",
          "REAUTHORIZATION_REQUIRED",
          "TOKEN_EXCHANGE_FAILED",
          "TOKEN_REFRESH_FAILED",
          "TOKEN_RESPONSE_INVALID",
          "TOKEN_REVOKE_FAILED",
        ],
        "ValidationErrorCode": [
          "INPUT_INVALID",
        ],
      }
    `);
    expect(all).toEqual(Object.values(byClass).flat().sort());
  });

  it("have one class for each union", () => {
    const { MooringErrorCode: _all, ...byClass } = codesOf("src/errors.ts");
    expect(exportedClasses.map((name) => `${name}Code`).sort()).toEqual(Object.keys(byClass).sort());
  });
});

describe("error classes", () => {
  it("each have a sample here", () => {
    expect(SAMPLES.map(({ name }) => name).sort()).toEqual([...exportedClasses].sort());
  });

  it.each(SAMPLES)(
    "$name is known to MooringError.is, of this copy of the package and of another",
    async ({ error }) => {
      const secondCopy: typeof errors = await import(/* @vite-ignore */ SECOND_COPY);
      expect(secondCopy.MooringError).not.toBe(MooringError);
      expect(error).not.toBeInstanceOf(secondCopy.MooringError);
      expect(MooringError.is(error)).toBe(true);
      expect(secondCopy.MooringError.is(error)).toBe(true);
    },
  );

  it.each(SAMPLES)("$name carries its class's name, the code, the hint and the cause", ({ name, error }) => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, message: expect.stringContaining(error.hint ?? ""), cause });
  });

  it.each(SAMPLES)("$name is plain data as JSON, without its cause and its stack", ({ name, error }) => {
    const json: unknown = JSON.parse(JSON.stringify(error));
    expect(json).toMatchObject({ name, code: error.code, hint: error.hint, retryable: error.retryable });
    expect(json).not.toHaveProperty("cause");
    expect(json).not.toHaveProperty("stack");
    expect(JSON.stringify(error)).not.toContain(cause.message);
  });

  it.each(SAMPLES)("$name shows its code when a log inspects it, and no brand", ({ name, error }) => {
    expect(inspect(error)).toContain(name);
    expect(inspect(error)).toContain(error.code);
    expect(inspect(error)).not.toContain("Symbol(mooring.error)");
  });

  it.each(["a string", null, undefined, new Error("plain"), { code: "CONFIG_INVALID" }])(
    "do not claim %s as theirs",
    (value) => {
      expect(MooringError.is(value)).toBe(false);
    },
  );
});
