import { decodeBase64, encodeBase64 } from "../../../internal/base64.js";
import { isObject } from "../../../internal/json.js";
import type { KeyKind } from "./algorithms.js";
import { pkcs1ToPkcs8, pkcs8Kind, sec1ToPkcs8 } from "./der.js";

/** A private key as people paste it, understood. */
export type KeyText =
  | { readonly form: "jwk"; readonly jwk: Readonly<Record<string, unknown>> }
  | { readonly form: "pkcs8"; readonly pem: string; readonly kind: KeyKind | "other" }
  | { readonly form: "unreadable"; readonly problem: string };

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const MAX_LENGTH = 32_768;
const TO_PKCS8: ReadonlyMap<string, (der: Uint8Array) => Uint8Array | null> = new Map([
  ["PRIVATE KEY", (der: Uint8Array) => der],
  ["RSA PRIVATE KEY", pkcs1ToPkcs8],
  ["EC PRIVATE KEY", sec1ToPkcs8],
]);

const unreadable = (problem: string): KeyText => ({ form: "unreadable", problem });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What environment files and forms do to a key: quotes around it, `\n` in two characters (more when escaped again), `\r`. */
function unquoted(text: string): string {
  const quoted = /^(["'`])([\s\S]*)\1$/.exec(text.trim());
  return (quoted?.[2] ?? text).replace(/\\+r/g, "").replace(/\\+n/g, "\n").trim();
}

function fromDer(der: Uint8Array): KeyText {
  const kind = pkcs8Kind(der);
  if (kind === null) return unreadable("its base64 is not that of a whole private key");
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return {
    form: "pkcs8",
    kind,
    pem: ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----"].join("\n"),
  };
}

function fromPem(text: string): KeyText {
  // A SEC 1 file may begin with EC PARAMETERS, and a bundle with certificates.
  const blocks = [...text.matchAll(PEM)].map(([, label = "", body = ""]) => ({ label, body }));
  const block = blocks.find(({ label }) => TO_PKCS8.has(label));
  if (blocks.some(({ label, body }) => label.startsWith("ENCRYPTED") || body.includes("ENCRYPTED"))) {
    return unreadable(
      "it is encrypted with a passphrase; decrypt it first (`openssl pkcs8 -topk8 -nocrypt`)",
    );
  }
  if (block === undefined) {
    const [found] = blocks;
    return unreadable(
      found === undefined
        ? "its PEM has no whole block from BEGIN to END"
        : `its PEM holds a ${found.label}, not a private key`,
    );
  }
  const der = decodeBase64(block.body);
  const whole = der === null ? null : (TO_PKCS8.get(block.label)?.(der) ?? null);
  return whole === null ? unreadable("its base64 is not that of a whole private key") : fromDer(whole);
}

/**
 * Understands a private key in any form it is pasted in: PEM (PKCS#8, PKCS#1, SEC 1) on many lines or one, with `\n` as
 * two characters, in quotes, base64 of PEM or of DER, a JWK, or the JSON file that holds one of them as `private_key`.
 */
export function readKeyText(text: string): KeyText {
  if (text.length > MAX_LENGTH) return unreadable(`it is longer than ${MAX_LENGTH} characters`);
  const trimmed = text.trim();
  const json = trimmed.startsWith("{") || trimmed.startsWith('"') ? parsed(trimmed) : undefined;
  if (typeof json === "string") return readKeyText(json);
  if (isObject(json)) {
    if (typeof json["kty"] === "string") return { form: "jwk", jwk: json };
    const inner = json["private_key"] ?? json["privateKey"];
    return typeof inner === "string"
      ? readKeyText(inner)
      : unreadable("its JSON has neither `kty` nor `private_key`");
  }
  const plain = unquoted(trimmed);
  if (plain.startsWith("{") && json === undefined && plain !== trimmed) return readKeyText(plain);
  if (plain.includes("-----BEGIN")) return fromPem(plain);
  const bytes = plain === "" ? null : decodeBase64(plain);
  if (bytes === null) return unreadable("it is neither PEM nor a JWK nor base64");
  const inner = new TextDecoder().decode(bytes);
  return inner.includes("-----BEGIN") ? fromPem(inner) : fromDer(bytes);
}
