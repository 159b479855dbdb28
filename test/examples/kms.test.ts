import { envelopeVault } from "mooring";
import { expect, it } from "vitest";
import { keyManagementService, main, wrappedBy } from "../../examples/kms.js";

it("asks the service once to seal a hundred connections, once to read them, and twice to move them", async () => {
  const lines: string[] = [];
  await main((line) => lines.push(line));
  expect(lines).toEqual([
    "100 connections sealed: 1 calls to encrypt, 0 to decrypt",
    "and read by another process: 1 calls to encrypt, 1 to decrypt",
    "100 sealed under next year's key: 2 calls to encrypt, 2 to decrypt",
  ]);
});

it("opens nothing without the service's key", async () => {
  const row = { table: "connections", id: "1", entityId: "ada" } as const;
  const sealed = await envelopeVault({
    keyManagement: wrappedBy(keyManagementService(["kms-2026"]), "kms-2026"),
  }).seal("value", row);
  const other = keyManagementService(["kms-2026"]);
  const vault = envelopeVault({ keyManagement: wrappedBy(other, "kms-2026") });
  await expect(vault.open(sealed, row)).rejects.toMatchObject({ code: "DECRYPT_FAILED" });
  expect(other.calls.decrypt).toBe(1);
});
