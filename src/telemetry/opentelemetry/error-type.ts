import { MooringError } from "../../errors.js";

/** A class name and nothing else: whoever throws can call an error anything. */
const NAME = /^[A-Za-z][A-Za-z0-9_.]{0,63}$/;

/**
 * What kind of error it is, in few enough values to count by: the code of an error of Mooring, else its name.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function errorType(error: unknown): string {
  if (MooringError.is(error)) return error.code;
  return error instanceof Error && NAME.test(error.name) ? error.name : "_OTHER";
}
