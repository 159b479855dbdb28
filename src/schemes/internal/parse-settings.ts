import type * as z from "zod";
import { ConfigurationError } from "../../errors.js";
import { issuesOf } from "../../internal/issues.js";

/** An app's settings for a scheme, checked. @throws ConfigurationError `CONFIG_INVALID` naming each wrong field */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  scheme: string,
  settings: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error);
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `The ${scheme} settings are wrong: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    { issues },
  );
}
