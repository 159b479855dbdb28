import { ConfigurationError, MooringError, RequestError } from "../errors.js";
import { MissingValue } from "../internal/templates.js";
import type { OpenedCredentials } from "../ports/request.js";

interface Where {
  readonly method: string;
  /** As errors may show it. */
  readonly url: string;
}

// The platform quotes a header it refuses, and this one is the secret: it cannot be the cause.
function problemOf(error: unknown, where: Where): unknown {
  if (MooringError.is(error)) return error;
  const message = `The credentials could not be added to ${where.method} ${where.url}`;
  if (!(error instanceof MissingValue)) {
    return new RequestError("REQUEST_FAILED", `${message}.`, {
      ...where,
      hint: "A stored key may hold what no header can carry, such as a line break: update the credentials.",
    });
  }
  const path = error.placeholder;
  return new ConfigurationError("CONFIG_INVALID", `${message}: there is no value for \`{${path}}\`.`, {
    issues: [{ path, message: "named in a template of the app, and given by nobody" }],
    hint: "Make it a connection param of the app, or name another one.",
  });
}

/**
 * A request with credentials.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when a template of the app names a value there is not
 * @throws RequestError `REQUEST_FAILED` when the credentials cannot be sent
 */
export async function applyCredentials(
  request: Request,
  credentials: Pick<OpenedCredentials, "apply">,
  where: Where,
): Promise<Request> {
  try {
    return await credentials.apply(request);
  } catch (error) {
    throw problemOf(error, where);
  }
}
