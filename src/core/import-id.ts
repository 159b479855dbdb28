import { sha256 } from "../internal/hash.js";
import { encodeHex } from "../internal/hex.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The id a connection gets for the one it had: a UUID stays, of any other text one is made, always the same for the
 * same text, entity, app and scheme. It has the form of a UUID v7 and sorts by `createdAt`, in milliseconds since the
 * epoch.
 */
export async function importedId(
  former: string,
  owner: { readonly entityId: string; readonly app: string; readonly authScheme: string },
  createdAt: number,
): Promise<string> {
  if (UUID.test(former)) return former;
  const hash = await sha256(JSON.stringify([former, owner.entityId, owner.app, owner.authScheme]));
  const hex = encodeHex(hash.subarray(0, 10));
  const time = createdAt.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}
