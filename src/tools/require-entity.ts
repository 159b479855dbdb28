import { ValidationError } from "../errors.js";

/**
 * Checks the id of an entity, which decides whose account is used.
 * @throws ValidationError when it is not a text, or empty
 */
export function requireEntity(entityId: unknown): void {
  if (typeof entityId === "string" && entityId !== "") return;
  throw new ValidationError("`entityId` must be the id of one of your users: a text that is not empty.", {
    hint: "Take it from your own session, never from the model.",
    issues: [{ path: "entityId", message: "expected a text that is not empty" }],
  });
}
