import type { Issue, MooringErrorCode } from "../errors.js";
import { MooringError, RequestError } from "../errors.js";
import { redactText } from "../internal/redact.js";
import type { ActionError, ActionResult, ConnectionRequired } from "../ports/tool.js";

/** Codes of an ActionError beside those of Mooring's errors. */
export type ToolErrorCode =
  | "CONNECTION_REQUIRED"
  | "INSUFFICIENT_SCOPE"
  | "ACTION_FAILED"
  | "ACTION_TIMEOUT"
  | "ACTION_ABORTED"
  | "TOOL_NOT_OFFERED"
  | "TOO_MANY_CALLS";

const MAX_MESSAGE_LENGTH = 4_000;

/** What may be said beside code and message. */
interface Details {
  readonly hint?: string;
  readonly retryable?: boolean;
  readonly issues?: readonly Issue[];
  readonly connectionRequired?: ConnectionRequired;
}

/** The result of an action that did not succeed. */
export function failed(
  code: ToolErrorCode | MooringErrorCode,
  message: string,
  details: Details = {},
): ActionResult {
  const error: ActionError = {
    code,
    message: message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message,
    hint: details.hint ?? null,
    retryable: details.retryable ?? false,
    issues: details.issues ?? [],
    connectionRequired: details.connectionRequired ?? null,
  };
  return { data: null, error, successful: false };
}

/** The answer's status and beginning, so that a model can correct itself. */
function answerOf(error: MooringError): string {
  if (!(error instanceof RequestError) || error.status === null) return "";
  const status = error.message.includes(String(error.status))
    ? ""
    : ` The answer's status was ${error.status}.`;
  return error.body === null || error.body === "" ? status : `${status} The answer began: ${error.body}`;
}

function issuesIn(error: MooringError): readonly Issue[] {
  const { issues } = error.toJSON();
  if (!Array.isArray(issues)) return [];
  return issues.map(({ path, message }) => ({ path: String(path), message: String(message) }));
}

/**
 * Whatever was thrown, as the result of the action.
 *
 * @param secrets what must not be shown; null when that is not known, and then only Mooring's own words are
 */
export function failedWith(error: unknown, action: string, secrets: readonly string[] | null): ActionResult {
  const redact = (text: string) => redactText(text, secrets ?? []);
  if (MooringError.is(error)) {
    const { code, hint, retryable } = error;
    const message = hint === null ? error.message : error.message.replace(` ${hint}`, "");
    return failed(code, redact(`${message}${answerOf(error)}`), {
      ...(hint === null ? {} : { hint: redact(hint) }),
      retryable,
      issues: issuesIn(error),
    });
  }
  const reason =
    secrets !== null && error instanceof Error && error.message !== "" ? `: ${error.message}` : "";
  return failed("ACTION_FAILED", redact(`The action ${action} failed${reason}`));
}
