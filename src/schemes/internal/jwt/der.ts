import { decodeHex, encodeHex } from "../../../internal/hex.js";
import type { KeyKind } from "./algorithms.js";

/** One ASN.1 value in DER (X.690 §8.1): its tag and content. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTETS = 0x04;
const OBJECT_ID = 0x06;
const PARAMETERS = 0xa0;

/** Object identifiers of keys, in hex: RFC 8017 §A.1, RFC 5480 §2.1.1.1, RFC 8410 §3. */
const RSA = "2a864886f70d010101";
const EC = "2a8648ce3d0201";
const ED25519 = "2b6570";
const CURVES: ReadonlyMap<string, KeyKind> = new Map([
  ["2a8648ce3d030107", "P-256"],
  ["2b81040022", "P-384"],
  ["2b81040023", "P-521"],
]);

/** The values one after another in some bytes; null when they are not DER. */
function elementsOf(bytes: Uint8Array): readonly Element[] | null {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0xff;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 3) return null;
    let length = first < 0x80 ? first : 0;
    for (let i = 0; i < lengthBytes; i += 1) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) return null;
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/** The members of the one sequence that some bytes are; null when they are something else. */
function sequenceIn(bytes: Uint8Array): readonly Element[] | null {
  const [outer, ...rest] = elementsOf(bytes) ?? [];
  return outer?.tag === SEQUENCE && rest.length === 0 ? elementsOf(outer.content) : null;
}

function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, { length: bytes }) => sum + bytes, 0);
  const lengthHex = length.toString(16);
  const lengthBytes = decodeHex(lengthHex.length % 2 === 0 ? lengthHex : `0${lengthHex}`);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | lengthBytes.length, ...lengthBytes];
  return Uint8Array.from([...head, ...contents.flatMap((content) => [...content])]);
}

/** What kind of key a PKCS#8 `PrivateKeyInfo` (RFC 5208 §5) holds: null for none, "other" for one JWTs do not use. */
export function pkcs8Kind(der: Uint8Array): KeyKind | "other" | null {
  const [version, algorithm, key] = sequenceIn(der) ?? [];
  if (version?.tag !== INTEGER || algorithm?.tag !== SEQUENCE || key?.tag !== OCTETS) return null;
  const [id, parameters] = elementsOf(algorithm.content) ?? [];
  if (id?.tag !== OBJECT_ID) return null;
  switch (encodeHex(id.content)) {
    case RSA:
      return "RSA";
    case ED25519:
      return "Ed25519";
    case EC:
      return (parameters && CURVES.get(encodeHex(parameters.content))) ?? "other";
    default:
      return "other";
  }
}

const pkcs8 = (algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array =>
  encode(SEQUENCE, encode(INTEGER, Uint8Array.of(0)), encode(SEQUENCE, ...algorithm), encode(OCTETS, key));

/** A PKCS#1 `RSAPrivateKey` (RFC 8017 §A.1.2) as PKCS#8; null when it is none. */
export function pkcs1ToPkcs8(der: Uint8Array): Uint8Array | null {
  const members = sequenceIn(der);
  if (members === null || members.length < 9 || members.some(({ tag }) => tag !== INTEGER)) return null;
  return pkcs8([encode(OBJECT_ID, decodeHex(RSA)), Uint8Array.of(0x05, 0x00)], der);
}

/** A SEC 1 `ECPrivateKey` (RFC 5915 §3) that names its curve, as PKCS#8; null when it is none. */
export function sec1ToPkcs8(der: Uint8Array): Uint8Array | null {
  const [version, key, ...rest] = sequenceIn(der) ?? [];
  const curve = rest.find(({ tag }) => tag === PARAMETERS);
  if (version?.tag !== INTEGER || key?.tag !== OCTETS || curve === undefined) return null;
  return pkcs8([encode(OBJECT_ID, decodeHex(EC)), curve.content], der);
}
