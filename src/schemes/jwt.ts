import * as z from "zod";
import { createBoundedCache } from "../internal/bounded-cache.js";
import { lazy } from "../internal/lazy.js";
import { loadOnce } from "../internal/load-once.js";
import type { AuthScheme, ParamSpec, ParamValues, SchemeContext } from "../ports/auth-scheme.js";
import type { SchemeField } from "../ports/scheme-settings/fields.js";
import type { JwtSettings } from "../ports/scheme-settings/jwt.js";
import { jwtSettings } from "../ports/scheme-settings/jwt.js";
import { placementProblems } from "./internal/check-placement.js";
import { fieldSpecs, secretValues } from "./internal/field-specs.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { placeToken } from "./internal/place-token.js";
import type { MintedToken, RequestParts } from "./jwt/mint.js";

const credentialsSchema = lazy(() =>
  z.strictObject({
    /** The user's secret fields by name: the key, where the user gives it. */
    values: z.record(z.string(), z.string()),
  }),
);
/** What a JWT connection keeps, sealed. */
export type JwtCredentials = z.output<ReturnType<typeof credentialsSchema>>;

const settingsSchema = lazy(() =>
  jwtSettings().superRefine(({ placement }, context) => {
    for (const [field, message] of placementProblems(placement)) {
      context.addIssue({ code: "custom", path: ["placement", field], message });
    }
  }),
);

const minting = loadOnce(() => import("./jwt/mint.js"));

const MAX_TOKENS = 1_000;
/** Of one connection: more requests are hardly ever under way at once. */
const MAX_LAST_TOKENS = 64;
/** A token is not sent when it may expire on the way: the smaller of a minute and a fifth of its life. */
const MAX_MARGIN_MS = 60_000;
const MARGIN_SHARE = 0.2;

const keyField = ({ key }: JwtSettings): SchemeField => {
  const { encoding: _encoding, idPrefix: _idPrefix, ...rest } = key;
  return { ...rest, secret: true, required: true, default: null, pattern: null };
};
const fieldsOf = (settings: JwtSettings): readonly SchemeField[] => [keyField(settings), ...settings.fields];
const specsOf = (settings: JwtSettings, from: SchemeField["from"]): readonly ParamSpec[] =>
  fieldSpecs(fieldsOf(settings), from);

function isFresh({ issuedAt, expiresAt }: MintedToken, now: number): boolean {
  const margin = Math.min(MAX_MARGIN_MS, (expiresAt - issuedAt) * MARGIN_SHARE);
  // A token from the future: the clock was set back, and how long it has lived cannot be known.
  return now >= issuedAt && now < expiresAt - margin;
}

/** What templates are filled in with; the sealed values of the user last, so that nothing takes their place. */
const valuesOf = (
  { config, params }: SchemeContext<JwtSettings>,
  { values }: JwtCredentials,
): ParamValues => ({
  ...config,
  ...params,
  ...values,
});

function partsOf(request: Request): RequestParts {
  const { host, pathname } = new URL(request.url);
  return { method: request.method, host, path: pathname };
}

/** Values as one text, no two alike; that of a long key is not escaped. */
const textOf = (values: ParamValues): string =>
  Object.entries(values)
    .map(([name, value]) => `\n${name.length} ${value.length} ${name} ${value}`)
    .join("");

const kinds = new WeakMap<JwtSettings, string>();

/** What tokens have in common whose claims differ by the values alone. */
function kindOf({ app, settings }: SchemeContext<JwtSettings>): string {
  const known = kinds.get(settings);
  if (known !== undefined) return known;
  const kind = JSON.stringify([app.slug, settings.algorithm, settings.claims, settings.header]);
  kinds.set(settings, kind);
  return kind;
}

/**
 * A JSON Web Token (RFC 7519) the client signs itself: for each request, or used until shortly before it expires. Claims,
 * header, key and place in the request are said in the app's settings. An instance remembers the last 1,000 tokens, for an hour.
 *
 * @example
 * ```ts
 * // Ghost's Admin API: https://docs.ghost.org/admin-api/#token-authentication
 * const authSchemes = [
 *   {
 *     scheme: "JWT",
 *     algorithm: "HS256",
 *     key: { name: "admin_api_key", encoding: "hex", idPrefix: { separator: ":", name: "key_id" } },
 *     header: { kid: "{key_id}", typ: "JWT" },
 *     claims: { aud: "/admin/" },
 *     placement: { template: "Ghost {token}" },
 *   },
 * ];
 * ```
 */
export function jwt(): AuthScheme<JwtSettings, JwtCredentials> {
  const tokens = createBoundedCache<MintedToken>({
    maxEntries: MAX_TOKENS,
    // Their names hold the keys, which do not stay in memory when they are used no more.
    maxAgeMs: 3_600_000,
    now: () => Date.now(),
  });
  /** The tokens that went out last, for what an answer may quote; requests under way at once may each have their own. */
  const lastTokens = new WeakMap<JwtCredentials, readonly string[]>();

  const mint = async (
    context: SchemeContext<JwtSettings>,
    values: ParamValues,
    request: RequestParts | null,
  ): Promise<MintedToken> => (await minting()).mintToken(context, values, request);

  const mintForMany = async (id: string, context: SchemeContext<JwtSettings>, values: ParamValues) => {
    const minted = await mint(context, values, null);
    tokens.set(id, minted);
    return minted.token;
  };

  /** At once where the token is known: most requests are then signed without a turn of the event loop. */
  const tokenFor = (
    context: SchemeContext<JwtSettings>,
    values: ParamValues,
    request: Request,
  ): string | Promise<string> => {
    const { settings, runtime } = context;
    if (!settings.reuse) return mint(context, values, partsOf(request)).then(({ token }) => token);
    const id = kindOf(context) + textOf(values);
    const known = tokens.get(id);
    if (known !== undefined && isFresh(known, runtime.clock.now())) return known.token;
    return mintForMany(id, context, values);
  };

  return {
    name: "JWT",
    parseSettings: (settings) => parseSettings(settingsSchema(), "JWT", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "JWT", credentials),
    integrationParams: (_app, settings) => specsOf(settings, "integration"),
    connectionParams: (_app, settings) => specsOf(settings, "connection"),
    async checkIntegration({ settings, config }) {
      const given = config[settings.key.name];
      if (settings.key.from === "integration" && given !== undefined) {
        await (await minting()).assertKey(settings, given);
      }
    },
    async start(context) {
      const credentials = { values: secretValues(fieldsOf(context.settings), context.values) };
      // Signed once now, so that a key that does not fit is said to who pasted it, not to who calls later.
      await mint(context, valuesOf(context, credentials), { method: "GET", host: "", path: "/" });
      return { kind: "complete", grant: { credentials } };
    },
    secrets(credentials) {
      return [...Object.values(credentials.values), ...(lastTokens.get(credentials) ?? [])];
    },
    apply(request, credentials, context) {
      const values = valuesOf(context, credentials);
      const send = (token: string) => {
        const last = lastTokens.get(credentials) ?? [];
        if (!last.includes(token)) lastTokens.set(credentials, [...last, token].slice(-MAX_LAST_TOKENS));
        return placeToken(request, context.settings.placement, { ...values, token });
      };
      const token = tokenFor(context, values, request);
      return typeof token === "string" ? send(token) : token.then(send);
    },
  };
}
