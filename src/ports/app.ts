import * as z from "zod";
import { ConfigurationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import { lazy } from "../internal/lazy.js";
import type { AppAuthScheme } from "./app-auth-scheme.js";
import { authScheme } from "./app-auth-scheme.js";
import type { ParamSpec } from "./auth-scheme.js";
import { callbackHostProblems } from "./callback-hosts.js";
import { failureRule } from "./failure-rule.js";
import { accountRequest, followUpRequest, tenantsRequest } from "./follow-up.js";
import { rateLimit } from "./rate-limit.js";
import type { Filled } from "./scheme-placeholders.js";
import { schemePlaceholders } from "./scheme-placeholders.js";
import type { Action } from "./tool.js";
import { endpoint, placeholdersOf } from "./url-template.js";
import { pattern, valuePath } from "./value-source.js";

const connectionParam = lazy(() =>
  z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, "lower case with underscores, such as `subdomain`"),
    displayName: z.string(),
    description: z.string(),
    required: z.boolean().default(true),
    default: z.string().nullable().default(null),
    aliases: z.array(z.string()).default([]),
    /** The values there are: of these one; empty for any that matches the pattern. */
    choices: z.array(z.string().min(1)).default([]),
    /** What the whole value must match. The default is one DNS label or an id. */
    pattern: z.string().default("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"),
  }),
);

/** Params a scheme takes from what the provider says when connecting. */
function paramsFromProvider(auth: AppAuthScheme): readonly string[] {
  if (!("tokenResponse" in auth)) return [];
  const answers = [auth.tokenResponse, ...auth.tokenExchanges.map(({ response }) => response)];
  return [...answers.flatMap(({ metadata }) => Object.keys(metadata)), ...Object.keys(auth.callbackMetadata)];
}

function urlsOf(app: {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly origins: readonly string[];
}): readonly Filled[] {
  const templates = {
    baseUrl: app.baseUrl,
    ...Object.fromEntries(Object.entries(app.headers).map(([name, value]) => [`headers.${name}`, value])),
    ...Object.fromEntries(app.origins.map((origin, index) => [`origins.${index}`, origin])),
  };
  return Object.entries(templates).map(([field, template]) => ({
    path: [field],
    names: placeholdersOf(template),
    others: [],
  }));
}

/** Templates with a placeholder that nothing can ever fill in: each by its path. */
function placeholderProblems(app: {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly origins: readonly string[];
  readonly connectionParams: readonly { readonly name: string }[];
  readonly tenants: { readonly param: string } | null;
  readonly followUps: readonly { readonly params: object }[];
  readonly authSchemes: readonly AppAuthScheme[];
}): readonly { path: (string | number)[]; message: string }[] {
  const known = new Set([
    ...app.connectionParams.map((param) => param.name),
    ...(app.tenants === null ? [] : [app.tenants.param]),
    ...app.followUps.flatMap(({ params }) => Object.keys(params)),
    ...app.authSchemes.flatMap(paramsFromProvider),
  ]);
  const filled: readonly Filled[] = [...urlsOf(app), ...app.authSchemes.flatMap(schemePlaceholders)];
  return filled.flatMap(({ path, names, others, withoutParams = false }) => {
    const unknown = names.find((name) => !others.includes(name) && (withoutParams || !known.has(name)));
    if (unknown === undefined) return [];
    const expected = others.length === 0 ? "no placeholder" : others.join(", ");
    const also = others.length === 0 ? "" : `; others are ${expected}`;
    const message = withoutParams
      ? `nothing fills in \`{${unknown}}\` here: expected ${expected}`
      : `\`{${unknown}}\` is not one of \`connectionParams\`, and no answer of the provider tells it${also}`;
    return [{ path: [...path], message }];
  });
}

const appSchema = lazy(() =>
  z
    .strictObject({
      /** Lower-case key: `github`. */
      slug: z
        .string()
        .regex(/^[a-z][a-z0-9_-]{0,63}$/, "lower case, at most 64 characters, such as `github`"),
      name: z.string().min(1),
      description: z.string().min(1),
      /** URL of a logo; null for none. */
      logo: endpoint().nullable().default(null),
      categories: z.array(z.string()).default([]),
      /** The provider's documentation the facts come from. */
      docsUrl: endpoint().nullable().default(null),
      /** Root of all relative paths; may hold `{placeholders}` named in `connectionParams`. */
      baseUrl: endpoint().refine((url) => !url.includes("?"), "a URL without a query"),
      /** Further origins the credentials may be sent to: `https://uploads.github.com`. */
      origins: z.array(endpoint()).default([]),
      /**
       * Headers on each request unless the caller sets them: API version, user agent. Filled in with the connection's params;
       * one whose param is not known yet is left out.
       */
      headers: z.record(z.string(), z.string()).default({}),
      /** What the user must say beside the scheme's own fields; not secret. */
      connectionParams: z.array(connectionParam()).default([]),
      /** The schemes the app offers, the preferred one first. */
      authSchemes: z.array(authScheme()).min(1),
      /**
       * An answer with status 200 is a failure when the value at dot path `path` is exactly `equals`, or there and not
       * `not`; why is at `message`.
       */
      failure: failureRule({ message: valuePath() }).nullable().default(null),
      /** How the API says that it was called too often. Null: with status 429, and `Retry-After` or the usual headers. */
      rateLimit: rateLimit().nullable().default(null),
      /**
       * Hosts beside the app's own that a redirect may take the credentials to, as a regular expression the whole host must
       * match. Null: a redirect to another origin goes on without them.
       */
      redirectHosts: pattern().nullable().default(null),
      /** Whose account a connection is, where the credentials do not say. Null: nobody asks. */
      account: accountRequest().nullable().default(null),
      /** The tenants one grant reaches (sites, companies, organisations). Null: it reaches one. */
      tenants: tenantsRequest().nullable().default(null),
      /** What an API call must tell before the API can be used; asked in order, after the tenant is known. */
      followUps: z.array(followUpRequest()).default([]),
      actions: z.array(z.custom<Action>()).default([]),
    })
    .superRefine((app, context) => {
      for (const problem of placeholderProblems(app)) context.addIssue({ code: "custom", ...problem });
      for (const problem of callbackHostProblems(app)) context.addIssue({ code: "custom", ...problem });
      const schemes = app.authSchemes.map(({ scheme }) => scheme);
      if (new Set(schemes).size < schemes.length) {
        context.addIssue({ code: "custom", path: ["authSchemes"], message: "each scheme at most once" });
      }
      for (const [index, action] of app.actions.entries()) {
        if (action.app === app.slug) continue;
        context.addIssue({
          code: "custom",
          path: ["actions", index, "app"],
          message: `${action.name} must name this app (\`${app.slug}\`)`,
        });
      }
    }),
);

/** What `defineApp` takes. */
export type AppInput = z.input<ReturnType<typeof appSchema>>;
/** A service users can connect to, as data: where it is, how it authenticates, what can be done there. */
export type AppDefinition = Readonly<z.output<ReturnType<typeof appSchema>>>;

/**
 * Describes a service. Unknown keys are refused, so that a misspelt quirk cannot be ignored.
 *
 * @throws ConfigurationError `CONFIG_INVALID` with one issue per wrong field
 * @example
 * ```ts
 * const acme = defineApp({
 *   slug: "acme",
 *   name: "Acme",
 *   description: "Acme's ticket system",
 *   baseUrl: "https://{subdomain}.acme.example/api/v2",
 *   connectionParams: [{ name: "subdomain", displayName: "Subdomain", description: "Yours at Acme" }],
 *   authSchemes: [{ scheme: "API_KEY", placements: [{ in: "header", name: "X-Api-Key" }] }],
 * });
 * ```
 */
export function defineApp(input: AppInput): AppDefinition {
  const parsed = appSchema().safeParse(input);
  if (parsed.success) return Object.freeze(parsed.data);
  const issues = issuesOf(parsed.error);
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `The app definition${typeof input?.slug === "string" ? ` of ${JSON.stringify(input.slug)}` : ""} is wrong: ${issues
      .map(({ path, message }) => `${path}: ${message}`)
      .join("; ")}.`,
    { issues },
  );
}

const literal = (text: string) => text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");

/** The app's own connection params in the form schemes use. */
export function appConnectionParams(app: AppDefinition): readonly ParamSpec[] {
  return app.connectionParams.map(({ choices, ...param }) => {
    const pattern = choices.length === 0 ? param.pattern : choices.map(literal).join("|");
    return { ...param, pattern, secret: false };
  });
}
