import type { KeyObject } from "node:crypto";
import { createPrivateKey } from "node:crypto";
import { keyError } from "../jwt/import-key.js";
import { readKeyText } from "../jwt/key-text.js";

/**
 * The private key requests are signed with (RFC 5849 §3.4.3), of a pasted text. Any size: providers of this protocol have
 * old keys.
 *
 * @param field where it was given: `authConfig.private_key`
 * @throws ConfigurationError `CONFIG_INVALID`, or ValidationError where the user gave it, when it is no RSA private key
 */
export function rsaKey(text: string, field: string): KeyObject {
  const read = readKeyText(text);
  if (read.form === "unreadable") throw keyError(field, read.problem);
  try {
    const key =
      read.form === "jwk"
        ? createPrivateKey({ key: read.jwk, format: "jwk" })
        : createPrivateKey({ key: read.pem, format: "pem" });
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // Its own error may quote the key.
  }
  throw keyError(field, "it is not an RSA private key");
}
