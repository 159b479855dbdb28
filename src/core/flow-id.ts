import { sha256Base64Url } from "../internal/hash.js";
import type { CallbackKey } from "../ports/auth-scheme.js";

/** Id of the flow a callback belongs to: what the callback is known by is never stored. */
export function flowId({ parameter, value }: CallbackKey): Promise<string> {
  return sha256Base64Url(parameter === "state" ? value : `${parameter}=${value}`);
}
