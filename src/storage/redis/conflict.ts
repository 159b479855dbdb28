import { StorageError } from "../../errors.js";

export function conflict(operation: string, message: string): StorageError {
  return new StorageError("STORAGE_CONFLICT", message, { adapter: "redis", operation });
}
