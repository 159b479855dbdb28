import { isObject } from "../internal/json.js";
import { namesIn, templatesIn } from "../internal/templates.js";
import type { AppAuthScheme } from "./app-auth-scheme.js";
import type { SchemeField } from "./scheme-settings/fields.js";

/** Placeholders that stand somewhere in an app definition. */
export interface Filled {
  readonly path: readonly (string | number)[];
  readonly names: readonly string[];
  /** What fills them in beside the connection's params. */
  readonly others: readonly string[];
  /** Whether the connection's params do not. Default: they do. */
  readonly withoutParams?: boolean;
}

type Settings<Name extends AppAuthScheme["scheme"]> = Extract<AppAuthScheme, { readonly scheme: Name }>;
type Templates = Readonly<Record<string, unknown>>;

/** One entry for each template, wherever in JSON it stands. */
const filledIn = (path: Filled["path"], json: unknown, others: readonly string[]): readonly Filled[] =>
  isObject(json)
    ? Object.entries(json).flatMap(([name, value]) => filledIn([...path, name], value, others))
    : [{ path, names: templatesIn(json).flatMap(namesIn), others }];

const under = (templates: Templates, others: readonly string[]): readonly Filled[] =>
  filledIn([], templates, others);

const namesOf = (fields: readonly SchemeField[]): readonly string[] => fields.map(({ name }) => name);
/** Those that a connection keeps in the open, as params. */
const openOf = (fields: readonly SchemeField[]): readonly string[] =>
  namesOf(fields.filter(({ from, secret }) => from === "connection" && !secret));
/** Those a request to the API may show: the user's secrets are spent at the login. */
const shownOf = (fields: readonly SchemeField[]): readonly string[] => [
  ...openOf(fields),
  ...namesOf(fields.filter(({ from }) => from === "integration")),
];

function ofJwt({ header, claims, placement, key, fields, algorithm }: Settings<"JWT">): readonly Filled[] {
  const own = [...namesOf(fields), ...(key.idPrefix === null ? [] : [key.idPrefix.name])];
  const fingerprint = algorithm.startsWith("HS") ? [] : ["fingerprint"];
  const made = ["jti", "iat", "exp", "nbf", "method", "host", "path", ...fingerprint];
  return [
    ...under({ header, claims }, [...own, ...made]),
    ...under({ placement: { template: placement.template } }, [...namesOf(fields), "token"]),
  ];
}

function ofTwoStep({ fields, steps, refresh, logout, placements }: Settings<"TWO_STEP">): readonly Filled[] {
  const all = namesOf(fields);
  const open = openOf(fields);
  const requestAt = (
    path: Filled["path"],
    { url, headers, basic, body }: Settings<"TWO_STEP">["steps"][number]["request"],
    told: readonly string[],
  ): readonly Filled[] => [
    ...filledIn([...path, "url"], url, [...open, ...told]),
    ...filledIn(path, { headers, basic, body }, [...all, ...told]),
  ];
  const toldBy = steps.map(({ values }, index) =>
    Object.keys(values).map((name) => `step${index + 1}.${name}`),
  );
  const session = [...toldBy.flat(), ...Object.keys(steps.at(-1)?.values ?? {})];
  const kept = [...session, ...Object.keys(refresh?.values ?? {})];
  return [
    ...steps.flatMap(({ request }, index) =>
      requestAt(["steps", index, "request"], request, toldBy.slice(0, index).flat()),
    ),
    ...(refresh === null ? [] : requestAt(["refresh", "request"], refresh.request, kept)),
    ...(logout === null ? [] : requestAt(["logout"], logout, kept)),
    ...placements.flatMap(({ template }, index) =>
      filledIn(["placements", index, "template"], template, [...kept, ...shownOf(fields)]),
    ),
  ];
}

function ofBasicWithJwt({ fields, tokenUrl, headers, body, placement }: Settings<"BASIC_WITH_JWT">) {
  return [
    ...under({ tokenUrl }, ["username", ...openOf(fields)]),
    ...under({ headers, body }, ["username", "password", ...namesOf(fields)]),
    ...under({ placement: { template: placement.template } }, ["token", "username", ...shownOf(fields)]),
  ];
}

const OF_REQUESTS =
  "method path query path_query url host hostname port content_type params body body_sha1_hex body_sha256_hex body_sha256_base64 body_sha512_hex timestamp nonce".split(
    " ",
  );

function ofHmac({ key, fields, canonical, innerHash, placements }: Settings<"HMAC">) {
  const own = [...namesOf(fields), ...OF_REQUESTS];
  // Those of the secret itself and of the inner hash are looked at with the other settings.
  const made = ["inner_hash", "signature", key.name];
  return [
    ...canonical.flatMap((piece, at) => filledIn(["canonical", at], piece, [...own, ...made])),
    ...(innerHash?.canonical ?? []).flatMap((piece, at) =>
      filledIn(["innerHash", "canonical", at], piece, [...own, ...made]),
    ),
    ...placements.flatMap(({ template }, at) =>
      filledIn(["placements", at, "template"], template, [...own, ...made]),
    ),
  ];
}

const CLIENT = ["client_id", "client_secret"];
const TOKENS = ["access_token", "refresh_token", ...CLIENT];

function ofOAuth2(settings: Settings<"OAUTH2">): readonly Filled[] {
  const { authorizationParams, tokenParams, tokenRequestHeaders, requestHeaders, accessToken } = settings;
  const { authorizationUrl, tokenUrl, deviceAuthorizationUrl, revocationUrl, refreshUrl, issuer } = settings;
  const { pushedAuthorizationUrl, jwksUrl, resources, clientRegistration, clientAssertion } = settings;
  const { revocationRequest, tokenRequestSignature, furtherTokens } = settings;
  const urls = {
    authorizationUrl,
    tokenUrl,
    deviceAuthorizationUrl,
    revocationUrl,
    refreshUrl,
    issuer,
    pushedAuthorizationUrl,
    jwksUrl,
  };
  const requests = [
    ...settings.tokenExchanges.map((request, at) => ({ at: ["tokenExchanges", at], request })),
    ...(settings.refreshRequest === null
      ? []
      : [{ at: ["refreshRequest"], request: settings.refreshRequest }]),
  ];
  const isBrowsers = settings.grantType === "authorization_code" && settings.code === "callback";
  const alone = (filled: readonly Filled[]) => filled.map((one) => ({ ...one, withoutParams: true }));
  return [
    ...under(urls, []),
    ...resources.flatMap((url, at) => filledIn(["resources", at], url, [])),
    ...Object.entries(furtherTokens).flatMap(([name, token]) =>
      token.urls.flatMap((url, at) => filledIn(["furtherTokens", name, "urls", at], url, [])),
    ),
    ...under({ authorizationParams, requestHeaders }, ["client_id"]),
    ...under({ tokenParams }, ["client_id", ...(isBrowsers ? ["state", "nonce"] : [])]),
    ...under({ tokenRequestHeaders }, CLIENT),
    ...under({ accessToken: { template: accessToken.template } }, ["token", "client_id"]),
    ...under({ clientAssertion: { issuer: clientAssertion.issuer } }, [
      "client_id",
      "key_id",
      "issuer_id",
      "redirect_host",
    ]),
    ...requests.flatMap(({ at, request: { url, params, headers } }) => [
      ...filledIn([...at, "url"], url, []),
      ...filledIn(at, { params, headers }, TOKENS),
    ]),
    ...alone(under({ clientRegistration: { url: clientRegistration?.url ?? null } }, [])),
    ...alone(
      under(
        { tokenRequestSignature: { key: tokenRequestSignature?.key, input: tokenRequestSignature?.input } },
        [...CLIENT, "grant", "timestamp", "body"],
      ),
    ),
    ...(revocationRequest === null
      ? []
      : alone(
          under(
            {
              revocationRequest: {
                json: revocationRequest.json,
                form: revocationRequest.form,
                headers: revocationRequest.headers,
              },
            },
            ["token", ...TOKENS],
          ),
        )),
  ];
}

function placeholdersOf(auth: AppAuthScheme): readonly Filled[] {
  if (!("scheme" in auth) || "settings" in auth) return [];
  switch (auth.scheme) {
    case "JWT":
      return ofJwt(auth);
    case "TWO_STEP":
      return ofTwoStep(auth);
    case "BASIC_WITH_JWT":
      return ofBasicWithJwt(auth);
    case "HMAC":
      return ofHmac(auth);
    case "OAUTH2":
      return ofOAuth2(auth);
    default:
      return [];
  }
}

/** Every template in the settings of a scheme, with what fills it in. */
export const schemePlaceholders = (auth: AppAuthScheme, index: number): readonly Filled[] =>
  placeholdersOf(auth).map((filled) => ({ ...filled, path: ["authSchemes", index, ...filled.path] }));
