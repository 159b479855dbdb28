import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import { pattern } from "../../value-source.js";

const name = lazy(() => z.string().min(1));
const called = (standard: string) => name().nullable().default(standard);

/** How the parameters of RFC 6749 §4.1.1 and §4.1.2 are called where they are called something else. */
const parameterNames = lazy(() =>
  z.strictObject({
    client_id: called("client_id"),
    redirect_uri: called("redirect_uri"),
    response_type: called("response_type"),
    scope: called("scope"),
    /** In the request and in the callback: the flow is known by it. */
    state: name().default("state"),
    /** In the callback. */
    code: name().default("code"),
  }),
);

/** Settings of OAUTH2 that concern the authorization request and the callback. */
export const authorizationFields = lazy(() => ({
  /** Names of parameters; null leaves one out. */
  parameterNames: parameterNames().default(() => parameterNames().parse({})),
  /**
   * Further parameters; a value that is empty is left out. Filled in with the connection's params and `{client_id}`. They
   * go with the device authorization request as well.
   */
  authorizationParams: z.record(name(), z.string()).default({}),
  /** Route within a single-page application: `/oauth/authorize` makes `https://app.acme.example/#/oauth/authorize?…`. */
  authorizationFragment: z
    .string()
    .regex(/^\/[\w/-]*$/, "a path, such as `/oauth/authorize`")
    .nullable()
    .default(null),
  /** Scopes asked for in a parameter of their own, such as those of the user's token beside a bot's. */
  userScopes: z
    .strictObject({ parameter: name(), scopes: z.array(name()).min(1) })
    .nullable()
    .default(null),
  /** Whether `nonce` is sent with every request, or with the scope `openid` only. */
  nonce: z.enum(["always", "with_openid"]).default("with_openid"),
  /** PKCE (RFC 7636): S256; `plain` and false only for a provider that takes nothing else. */
  pkce: z.union([z.boolean(), z.literal("plain")]).default(true),
  /**
   * Callback parameters kept with the connection, not secret: name to parameter, or to parameter and pattern. They come
   * through the user's browser: where one fills in a URL, the pattern must allow the provider's hosts only.
   */
  callbackMetadata: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]*$/),
      z.union([name(), z.strictObject({ parameter: name(), pattern: pattern() })]),
    )
    .default({}),
}));
