import { ConfigurationError } from "../../errors.js";
import { encodeBase64 } from "../../internal/base64.js";
import type { JsonObject } from "../../internal/json.js";
import { isObject } from "../../internal/json.js";
import type { TemplateValues } from "../../internal/templates.js";
import { fillJson, MissingValue, namesIn, templatesIn } from "../../internal/templates.js";
import type { ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { JwtSettings } from "../../ports/scheme-settings/jwt.js";
import { pathOf } from "../internal/field-specs.js";
import { importKey, keyError, publicKeyDigest } from "../internal/jwt/import-key.js";
import { createKeyCache } from "../internal/jwt/key-cache.js";
import { signJwt } from "../internal/jwt/sign.js";

/** A token, and until when it is used: in milliseconds since the epoch. */
export interface MintedToken {
  readonly token: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What claims may say of the request a token is for. */
export interface RequestParts {
  readonly method: string;
  readonly host: string;
  readonly path: string;
}

const keys = createKeyCache();

const field = ({ key }: JwtSettings): string => pathOf(key);

function keyParts(
  settings: JwtSettings,
  given: string,
): { readonly text: string; readonly values: ParamValues } {
  const { idPrefix } = settings.key;
  if (idPrefix === null) return { text: given, values: {} };
  const at = given.indexOf(idPrefix.separator);
  if (at < 1) {
    throw keyError(field(settings), `expected an id and a secret with "${idPrefix.separator}" between them`);
  }
  const text = given.slice(at + idPrefix.separator.length);
  return { text, values: { [idPrefix.name]: given.slice(0, at).trim() } };
}

function keyOf(settings: JwtSettings, text: string): Promise<CryptoKey | Uint8Array> {
  const { algorithm } = settings;
  const { encoding } = settings.key;
  const id = `${algorithm} ${encoding} ${text}`;
  return keys(id, () => importKey({ text, algorithm, encoding, field: field(settings) }));
}

/** @throws ValidationError or ConfigurationError naming the field of a key that cannot sign */
export async function assertKey(settings: JwtSettings, given: string): Promise<void> {
  await keyOf(settings, keyParts(settings, given).text);
}

function missing(error: unknown): unknown {
  if (!(error instanceof MissingValue)) return error;
  return new ConfigurationError("CONFIG_INVALID", `A JWT cannot be made: ${error.message}`, {
    issues: [{ path: error.placeholder, message: "named in a template, and given by nobody" }],
    hint: "Add it to the scheme's `fields`, or to the app's `connectionParams`.",
  });
}

/** A claims set or header is an object, and stays one when it is filled in. */
function fillObject(template: JsonObject, values: TemplateValues): JsonObject {
  const filled = fillJson(template, values);
  return isObject(filled) ? Object.fromEntries(Object.entries(filled)) : {};
}

/**
 * Signs a token as the settings say.
 *
 * @throws ValidationError or ConfigurationError naming the key's field, or the placeholder nobody filled in
 */
export async function mintToken(
  context: SchemeContext<JwtSettings>,
  values: ParamValues,
  request: RequestParts | null,
): Promise<MintedToken> {
  const { settings, runtime } = context;
  const given = values[settings.key.name];
  if (given === undefined) throw keyError(field(settings), "it is missing");
  const { text, values: parts } = keyParts(settings, given);
  const key = await keyOf(settings, text);
  const now = Math.floor(runtime.clock.now() / 1000);
  const iat = now - settings.backdateSeconds;
  const exp = now + settings.lifetimeSeconds;
  const { [settings.key.name]: _key, ...others } = values;
  const templates = templatesIn(settings.claims);
  const wantsFingerprint = templates.some((template) => namesIn(template).includes("fingerprint"));
  const filling: TemplateValues = {
    ...others,
    ...parts,
    iat,
    exp,
    nbf: iat,
    jti: crypto.randomUUID(),
    ...request,
    ...(wantsFingerprint && !(key instanceof Uint8Array)
      ? { fingerprint: encodeBase64(await publicKeyDigest(key)) }
      : {}),
  };
  try {
    const times = Object.fromEntries(settings.timestamps.map((name) => [name, { iat, exp, nbf: iat }[name]]));
    const claims = { ...times, ...fillObject(settings.claims, filling) };
    const header = fillObject(settings.header, filling);
    const token = await signJwt({ algorithm: settings.algorithm, header, claims, key });
    return { token, issuedAt: now * 1000, expiresAt: exp * 1000 };
  } catch (error) {
    throw missing(error);
  }
}
