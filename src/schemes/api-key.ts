import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { rebuildRequest } from "../internal/rebuild-request.js";
import { setQueryParameter } from "../internal/set-query-parameter.js";
import { fillText } from "../internal/templates.js";
import type { AuthScheme, ParamSpec } from "../ports/auth-scheme.js";
import type { ApiKeySettings } from "../ports/scheme-settings/api-key.js";
import { placeholdersOf } from "../ports/url-template.js";
import type { BodyFields } from "./api-key/body.js";
import { withFields } from "./api-key/body.js";
import { settingsSchema } from "./api-key/settings.js";
import { cookieValue, withCookie } from "./internal/cookie.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { readValues } from "./internal/read-values.js";
import { headerText, plainText } from "./internal/texts.js";

const credentialsSchema = lazy(() =>
  z.strictObject({
    api_key: z.string().min(1),
    api_secret: z.string().min(1).optional(),
  }),
);
/** What an API_KEY connection keeps, sealed. */
export type ApiKeyCredentials = z.output<ReturnType<typeof credentialsSchema>>;

function valuesSchema({ placements, secret }: ApiKeySettings) {
  const textFor = (name: string) => {
    const used = placements.filter(({ template }) => placeholdersOf(template).includes(name));
    return used.some((placement) => placement.in === "header") ? headerText() : plainText();
  };
  const apiSecret = secret === "none" ? z.undefined().catch(undefined) : textFor("api_secret");
  return z.object({
    api_key: textFor("api_key"),
    api_secret: secret === "required" ? apiSecret : apiSecret.optional(),
  });
}

type Parameter = readonly [name: string, value: string];

/** Whether a template is for the secret alone. */
const isForSecret = (template: string): boolean =>
  template.includes("{api_secret}") && placeholdersOf(template).join() === "api_secret";

/** Sets headers and cookies, and tells what goes elsewhere. A placement for a secret nobody gave is left out. */
function placeHeaders(
  { headers }: Request,
  { placements }: ApiKeySettings,
  { api_key, api_secret }: ApiKeyCredentials,
): { readonly query: readonly Parameter[]; readonly fields: readonly Parameter[] } {
  const values = { api_key, api_secret: api_secret ?? "" };
  const query: Parameter[] = [];
  const fields: Parameter[] = [];
  for (const { in: place, name, template } of placements) {
    if (api_secret === undefined && isForSecret(template)) continue;
    const value = fillText(template, values);
    if (place === "header") headers.set(name, value);
    else if (place === "query") query.push([name, value]);
    else if (place === "body") fields.push([name, value]);
    else headers.set("cookie", withCookie(headers.get("cookie"), name, cookieValue(value)));
  }
  return { query, fields };
}

function urlWith(request: Request, parts: readonly Parameter[]): string {
  const url = new URL(request.url);
  url.search = parts.reduce(
    (query, [name, value]) => setQueryParameter(query, name, value),
    url.search.slice(1),
  );
  return url.href;
}

/** A stream would have to be sent in chunks, which not every server takes: the body is read and sent whole. */
async function rebuild(request: Request, url: string, fields: BodyFields): Promise<Request> {
  if (fields.length === 0) return rebuildRequest(request, { url, body: await request.arrayBuffer() });
  const { method, headers } = request;
  const body = withFields(
    { method, contentType: headers.get("content-type"), text: await request.text() },
    fields,
  );
  headers.set("content-type", body.contentType);
  return rebuildRequest(request, { url, body: body.text });
}

const field = (spec: Pick<ParamSpec, "name" | "displayName" | "description" | "required" | "aliases">) => ({
  ...spec,
  secret: true,
  default: null,
  pattern: null,
});

/**
 * A static key, optionally with a secret, in a header, query parameter, cookie or body field of each request; where
 * exactly is said in the app's settings. What the caller put in the same place is replaced.
 *
 * @example
 * ```ts
 * const app = defineApp({
 *   ...rest,
 *   authSchemes: [{ scheme: "API_KEY", placements: [{ in: "header", name: "X-Api-Key" }] }],
 * });
 * ```
 */
export function apiKey(): AuthScheme<ApiKeySettings, ApiKeyCredentials> {
  return {
    name: "API_KEY",
    parseSettings: (settings) => parseSettings(settingsSchema(), "API_KEY", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "API_KEY", credentials),
    integrationParams: () => [],
    connectionParams(_app, { secret, displayName, description, aliases }) {
      const key = field({ name: "api_key", displayName, description, required: true, aliases });
      if (secret === "none") return [key];
      const apiSecret = {
        name: "api_secret",
        displayName: "API Secret",
        description: "API secret for authentication",
        required: secret === "required",
        aliases: [],
      };
      return [key, field(apiSecret)];
    },
    async start({ values, settings }) {
      return { kind: "complete", grant: { credentials: readValues(valuesSchema(settings), values) } };
    },
    secrets({ api_key, api_secret }) {
      const given = api_secret === undefined ? [api_key] : [api_key, api_secret];
      return [...new Set([...given, ...given.map(cookieValue)])];
    },
    apply(request, credentials, { settings }) {
      const { query, fields } = placeHeaders(request, settings, credentials);
      if (query.length === 0 && fields.length === 0) return request;
      const url = urlWith(request, query);
      return request.body === null && fields.length === 0
        ? rebuildRequest(request, { url })
        : rebuild(request, url, fields);
    },
  };
}
