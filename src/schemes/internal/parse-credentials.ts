import type * as z from "zod";
import { issuesOf } from "../../internal/issues.js";

/** Stored credentials, checked. @throws TypeError naming the wrong fields, never their values */
export function parseCredentials<Schema extends z.ZodType>(
  schema: Schema,
  scheme: string,
  credentials: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(credentials);
  if (parsed.success) return parsed.data;
  const fields = issuesOf(parsed.error).map(({ path, message }) => `${path}: ${message}`);
  throw new TypeError(`These are not credentials of ${scheme}: ${fields.join("; ")}.`);
}
