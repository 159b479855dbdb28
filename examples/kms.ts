/**
 * Credentials under the keys of a key management service: `npx tsx examples/kms.ts`. The service is a stand-in in this
 * process that counts its calls; with a real one, only `keyManagement` changes.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { KeyManagement } from "mooring";
import { defineApp, envelopeVault, MooringToolSet, memoryStorage } from "mooring";

/** What a service says of a ciphertext that it did not make with the key it is asked for. */
class InvalidCiphertext extends Error {
  override readonly name = "InvalidCiphertext";
}

/** What a service does: it keeps its keys to itself, and encrypts and decrypts small texts with them. */
export function keyManagementService(keyIds: readonly string[]) {
  const keys = new Map(keyIds.map((id) => [id, randomBytes(32)]));
  const calls = { encrypt: 0, decrypt: 0 };
  const keyOf = (id: string): Buffer => {
    const key = keys.get(id);
    if (key === undefined) throw new InvalidCiphertext(`There is no key ${id}.`);
    return key;
  };
  return {
    calls,
    async encrypt(id: string, plaintext: Uint8Array): Promise<Uint8Array> {
      calls.encrypt += 1;
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", keyOf(id), nonce);
      return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    async decrypt(id: string, ciphertext: Uint8Array): Promise<Uint8Array> {
      calls.decrypt += 1;
      const decipher = createDecipheriv("aes-256-gcm", keyOf(id), ciphertext.subarray(0, 12));
      decipher.setAuthTag(ciphertext.subarray(-16));
      try {
        return Buffer.concat([decipher.update(ciphertext.subarray(12, -16)), decipher.final()]);
      } catch (cause) {
        throw new InvalidCiphertext("The ciphertext is not intact.", { cause });
      }
    },
  };
}

type Service = ReturnType<typeof keyManagementService>;

/** How the service is told to wrap data keys. `keyId` is a name of our own; a real service has an ARN for it. */
export function wrappedBy(service: Service, keyId: string): KeyManagement {
  return {
    keyId,
    wrap: (dataKey) => service.encrypt(keyId, dataKey),
    async unwrap(wrapped, id) {
      try {
        return await service.decrypt(id, wrapped);
      } catch (error) {
        // Refused for good. Whatever else it fails with may pass, and is thrown.
        if (error instanceof InvalidCiphertext) return null;
        throw error;
      }
    },
  };
}

const crm = defineApp({
  slug: "crm",
  name: "CRM",
  description: "Customers",
  baseUrl: "https://crm.example",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});

/** Connects a hundred users, reads what another process has stored, and moves everything to the next year's key. */
export async function main(log: (line: string) => void = console.log): Promise<void> {
  const service = keyManagementService(["kms-2026", "kms-2027"]);
  const storage = memoryStorage();
  const processWith = (keyId: string) =>
    new MooringToolSet({
      storage,
      apps: [crm],
      encryption: { vault: envelopeVault({ keyManagement: wrappedBy(service, keyId) }) },
    });
  const tell = (what: string): void =>
    log(`${what}: ${service.calls.encrypt} calls to encrypt, ${service.calls.decrypt} to decrypt`);

  const writer = processWith("kms-2026");
  for (let index = 0; index < 100; index += 1) {
    const connectionParams = { token: `token-${index}` };
    await writer.getEntity(`user-${index}`).initiateConnection({ app: "crm", connectionParams });
  }
  tell("100 connections sealed");

  const reader = processWith("kms-2026");
  for (let index = 0; index < 100; index += 1) {
    const connection = await reader.getEntity(`user-${index}`).getConnection({ app: "crm" });
    await connection.getAuthParams();
  }
  tell("and read by another process");

  const { rewritten } = await processWith("kms-2027").rotateEncryptionKeys();
  tell(`${rewritten} sealed under next year's key`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
