import { describe, expect, it } from "vitest";
import type { TokenCall } from "../../../src/schemes/internal/token-errors.js";
import { malformedError, refusalError, transportError } from "../../../src/schemes/internal/token-errors.js";

const HINT = { hint: expect.stringMatching(/\.$/) };
const calls = (["exchange", "refresh", "revoke"] as const).map(
  (operation): TokenCall => ({ operation, appName: "Acme", secrets: [] }),
);

describe.each(calls)("a token request that failed ($operation) says what to do", (call) => {
  it("when there was no answer", () => {
    const failures = [
      { kind: "redirect", status: 302 },
      { kind: "too-large", status: 200 },
      { kind: "timeout", timeoutMs: 15_000 },
      { kind: "network", cause: new Error("ECONNRESET") },
    ] as const;
    for (const failure of failures) expect(transportError(failure, call)).toMatchObject(HINT);
  });

  it("when the answer is not one of tokens", () => {
    for (const field of ["body", "id_token", "scope"]) {
      expect(malformedError({ field, expected: "a text" }, call, 200)).toMatchObject(HINT);
    }
  });

  it.each(["invalid_grant", "invalid_client", "slow_down", "something_else", null])(
    "when it is %s",
    (error) => {
      for (const status of [200, 400, 401, 429, 503]) {
        const refusal = { error, description: null, empty: false };
        expect(refusalError(refusal, call, { status, retryAfterMs: null })).toMatchObject(HINT);
      }
    },
  );
});
