import { RequestError } from "../errors.js";
import { readSource } from "../internal/read-source.js";
import { valueAt } from "../internal/value-at.js";
import type { TenantsRequest } from "../ports/follow-up.js";
import type { RequestFunction } from "../ports/request.js";
import { ask } from "./request-with.js";

/** A site, company or organisation that a grant reaches. */
export interface Tenant {
  readonly id: string;
  /** What people know it by; null where the provider does not say. */
  readonly label: string | null;
}

/** @throws RequestError `RESPONSE_INVALID` when the answer is no such list, and what `request` throws */
export async function listTenants(
  request: RequestFunction,
  tenants: TenantsRequest,
): Promise<readonly Tenant[]> {
  const { url, method, list, id, label } = tenants;
  const answer = await ask(request, tenants);
  const items = list === null ? answer : valueAt(answer, list);
  const found = (Array.isArray(items) ? items : []).map((item: unknown) => ({
    id: readSource(item, id),
    label: label === null ? null : readSource(item, label),
  }));
  const complete = found.flatMap(({ id: known, ...tenant }) =>
    known === null ? [] : [{ id: known, ...tenant }],
  );
  if (Array.isArray(items) && complete.length === found.length) return complete;
  throw new RequestError("RESPONSE_INVALID", "The provider's answer is not a list of tenants.", {
    method,
    url,
    hint: "Check the app definition's `tenants`.",
  });
}
