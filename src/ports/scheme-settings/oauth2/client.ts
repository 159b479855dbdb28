import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import { ASYMMETRIC_ALGORITHMS } from "../../jwt-algorithms.js";
import { endpoint } from "../../url-template.js";

/** How the JWT is made with which a client shows who it is (RFC 7523 §2.2). */
const clientAssertion = lazy(() =>
  z.strictObject({
    /** What `private_key_jwt` signs with; `client_secret_jwt` signs with HS256. */
    algorithm: z.enum(ASYMMETRIC_ALGORITHMS).default("RS256"),
    /**
     * `aud`: the issuer (the token endpoint's URL where it is not known), the token endpoint, or what the provider says.
     */
    audience: z.union([z.enum(["issuer", "token_endpoint"]), z.url()]).default("issuer"),
    /**
     * `iss` where it is not the client's id. Filled in with `{client_id}`, `{key_id}`, `{issuer_id}` (which the client's
     * owner is asked for then), `{redirect_host}` (the host of the redirect URI) and the connection's params.
     */
    issuer: z.string().min(1).default("{client_id}"),
    /** Header member `key_id` goes into. */
    keyHeader: z.enum(["kid", "x5t", "x5t#S256"]).default("kid"),
    /** Parameter the JWT is sent in; a provider may want it as `client_secret`. */
    parameter: z.enum(["client_assertion", "client_secret"]).default("client_assertion"),
    lifetimeSeconds: z.number().int().positive().max(3600).default(60),
  }),
);

/** Settings of OAUTH2 that concern who the client is, and what its requests and tokens are bound to. */
export const clientFields = lazy(() => ({
  clientAssertion: clientAssertion().default(() => clientAssertion().parse({})),
  /**
   * Whether an integration without a `client_id` registers one with the server (RFC 7591), as MCP servers have it. `url` is
   * discovered when it is null; `metadata` goes with the request, in place of what would be said otherwise. The developer may
   * give an `initial_access_token` (RFC 7591 §3). A secret that has expired is used no more, and no other client takes its place.
   */
  clientRegistration: z
    .strictObject({
      url: endpoint().nullable().default(null),
      metadata: z.record(z.string().min(1), z.json()).default({}),
    })
    .nullable()
    .default(null),
  /**
   * Whether authorization requests are pushed to the server, and the browser is sent with a reference to them (RFC 9126).
   */
  pushedAuthorization: z.boolean().default(false),
  /** RFC 9126 §5; needed for `pushedAuthorization` unless it is discovered. */
  pushedAuthorizationUrl: endpoint().nullable().default(null),
  /** APIs the token is for (RFC 8707), named in authorization and token requests. */
  resources: z.array(endpoint()).default([]),
  /**
   * What tokens are bound to a key with, one key for each connection (RFC 9449): every request proves that it is held.
   * Null: they are bearer tokens.
   */
  dpop: z.enum(["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA"]).nullable().default(null),
}));
