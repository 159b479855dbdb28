import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { valuePath, valueSource } from "./value-source.js";

const request = {
  method: z.enum(["GET", "POST"]).default("GET"),
  /** Relative to `baseUrl`, or absolute on one of `origins`; filled in with the connection's params. */
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).default({}),
  /** Body of a POST, as JSON. */
  json: z.unknown().optional(),
};
const paramName = lazy(() =>
  z.string().regex(/^[a-z][a-z0-9_]*$/, "lower case with underscores, such as `cloud_id`"),
);

/** Who the provider says the user is, asked with the new credentials. */
export const accountRequest = lazy(() =>
  z.strictObject({
    ...request,
    /**
     * What never changes: two connections with the same one are of the same account. Of several values (a workspace and
     * a user within it) all must be there; they are joined by a slash.
     */
    id: z.union([valueSource(), z.array(valueSource()).min(2)]),
    email: valueSource().nullable().default(null),
    /** What people know the account by: a name, a user name, a workspace. */
    label: valueSource().nullable().default(null),
  }),
);
/** Where an app says whose account was connected. */
export type AccountRequest = z.output<ReturnType<typeof accountRequest>>;

/** Params that only an API call tells, made once after connecting. */
export const followUpRequest = lazy(() =>
  z.strictObject({
    ...request,
    /** Name of the param to where its value is. All must be there. */
    params: z.record(paramName(), valueSource()),
  }),
);
/** An API call that tells params. */
export type FollowUpRequest = z.output<ReturnType<typeof followUpRequest>>;

/** The tenants one grant reaches, of which a connection uses one at a time. */
export const tenantsRequest = lazy(() =>
  z.strictObject({
    ...request,
    /** Dot path of the list; null when the answer itself is the list. */
    list: valuePath().nullable().default(null),
    /** Within each item. */
    id: valueSource(),
    label: valueSource().nullable().default(null),
    /** The connection param that says which tenant is used: `cloud_id`. */
    param: paramName(),
  }),
);
/** Where an app lists the tenants of a grant. */
export type TenantsRequest = z.output<ReturnType<typeof tenantsRequest>>;
