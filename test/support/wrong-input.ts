import type { ActionResult, Issue } from "mooring";
import { ConfigurationError, MooringError, ValidationError } from "mooring";

/** How a call says no, thrown or answered. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly issues: readonly Issue[];
}

const isResult = (value: unknown): value is ActionResult =>
  typeof value === "object" && value !== null && "successful" in value && "error" in value;

/** How a call that must not succeed says no: a typed error, or a result that is one. */
export async function refusalOf(call: () => unknown): Promise<Refusal> {
  let outcome: unknown;
  try {
    outcome = await call();
  } catch (error) {
    if (!MooringError.is(error)) throw new Error("expected a typed error", { cause: error });
    const hasIssues = error instanceof ConfigurationError || error instanceof ValidationError;
    const issues = hasIssues ? error.issues : [];
    return { code: error.code, message: error.message, hint: error.hint, issues };
  }
  if (isResult(outcome) && outcome.error !== null) return outcome.error;
  throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`);
}
