import type * as z from "zod";
import { ValidationError } from "../../errors.js";
import { issuesOf } from "../../internal/issues.js";
import type { ParamValues } from "../../ports/auth-scheme.js";

/** The user's values a scheme works with, checked. @throws ValidationError naming each wrong field, never its value */
export function readValues<Schema extends z.ZodType>(schema: Schema, values: ParamValues): z.output<Schema> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error, "connectionParams");
  throw new ValidationError(
    `\`connectionParams\` is wrong: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    { issues },
  );
}
