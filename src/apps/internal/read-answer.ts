import type * as z from "zod";
import { RequestError } from "../../errors.js";
import type { RequestFunction, RequestOptions } from "../../ports/request.js";

/**
 * Sends a request and reads what its JSON answer must hold.
 *
 * @throws RequestError `RESPONSE_INVALID` when the answer is not JSON of that shape; and what `request` throws
 */
export async function readAnswer<Schema extends z.ZodType>(
  request: RequestFunction,
  path: string,
  schema: Schema,
  options: RequestOptions = {},
): Promise<z.output<Schema>> {
  const response = await request(path, options);
  // The parser's own error quotes the answer.
  const answer: unknown = await response.json().catch(() => undefined);
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new RequestError("RESPONSE_INVALID", "The provider's answer is not of the documented form.", {
    method: options.method ?? "GET",
    url: path,
    status: response.status,
  });
}
