import type * as z from "zod";
import { momentMs } from "../../../internal/moment.js";
import { valueAt } from "../../../internal/value-at.js";
import type { sessionExpiry } from "../../../ports/scheme-settings/two-step.js";
import { decodePart } from "../jwt/verify.js";

type Expiry = z.output<ReturnType<typeof sessionExpiry>>;

/** Later moments would not fit a date; nobody will notice. */
const MAX_LIFETIME_MS = 100 * 365 * 86_400_000;
/**
 * When a session ends, in milliseconds since the epoch: null when the settings do not say; "unreadable" when the answer
 * does not say it as they do.
 */
export function sessionEnd(
  expiry: Expiry | null,
  {
    body,
    values,
    now,
  }: { readonly body: unknown; readonly values: Readonly<Record<string, string>>; readonly now: number },
): number | null | "unreadable" {
  if (expiry === null) return null;
  if (expiry.kind === "fixed") return now + expiry.seconds * 1000;
  const end =
    expiry.kind === "field"
      ? momentMs(valueAt(body, expiry.path), expiry.unit, now)
      : momentMs(decodePart(values[expiry.value]?.split(".")[1] ?? "")?.["exp"], "epoch", now);
  return end === null || end < 0 ? "unreadable" : Math.floor(Math.min(end, now + MAX_LIFETIME_MS));
}
