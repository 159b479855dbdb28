import { describe, expect, it } from "vitest";
import type { StorageAdapter } from "../../src/ports/storage.js";
import { memoryStorage } from "../../src/storage/memory.js";
import { storageConformance } from "../../src/testing/index.js";
import { codeSpans, readDocument, section, tableRows } from "../docs/support/markdown.js";
import { broken } from "./broken-adapters/broken.js";
import { FAULTS } from "./broken-adapters.js";

/** Those that look at a dump: faults of dumps are tried below. */
const ABOUT_DUMPS = [
  "deletion: nothing is left of what was deleted, consumed or replaced",
  "secrets: no secret of a toolset in use is anywhere in the store, plain or encoded",
];

/** The names of the cases an adapter fails. */
async function failures(create: () => StorageAdapter): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of storageConformance(async () => ({ storage: create() }))) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

describe("storageConformance", () => {
  it("passes a sound adapter", async () => {
    expect(await failures(memoryStorage)).toEqual([]);
  });

  it("has no case that finds no fault", () => {
    const finding = new Set([...FAULTS.map(([, [, detectedBy]]) => detectedBy), ...ABOUT_DUMPS]);
    const cases = storageConformance(async () => ({ storage: memoryStorage() }));
    expect(cases.map(({ name }) => name).filter((name) => !finding.has(name))).toEqual([]);
  });

  it.each(FAULTS)("finds the fault when %s", async (_fault, [create, detectedBy]) => {
    const cases = storageConformance(async () => ({ storage: create() }));
    const detecting = cases.filter(({ name }) => name === detectedBy);
    expect(detecting).toHaveLength(1);
    for (const { run } of detecting) await expect(run()).rejects.toThrow();
  });

  it("has a name of its own for each case", () => {
    const names = storageConformance(async () => ({ storage: memoryStorage() })).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has the groups docs/storage.md lists", () => {
    const rows = tableRows(section(readDocument("docs/storage.md"), "An adapter of your own"));
    const listed = rows.flatMap(([cell = ""]) => codeSpans(cell));
    const cases = storageConformance(async () => ({ storage: memoryStorage() }));
    const groups = new Set(cases.map(({ name }) => name.slice(0, name.indexOf(":"))));
    expect(listed).toEqual([...groups]);
  });

  it("says what it expected, and what it got", async () => {
    const cases = storageConformance(async () => ({
      storage: broken(() => ({ integrations: { delete: async () => false } }))(),
    }));
    const deletion = cases.find(({ name }) => name === "integrations: delete says whether there was one");
    await expect(deletion?.run()).rejects.toThrow("first delete: expected true, got false.");
  });

  it("closes what each case opened, passed or not", async () => {
    let open = 0;
    const cases = storageConformance(async () => {
      open += 1;
      return {
        storage: broken(() => ({ leases: { acquire: async () => "held" as const } }))(),
        close: async () => {
          open -= 1;
        },
      };
    });
    const some = cases.filter(({ name }) => /^(?:leases|flows): /.test(name));
    const outcomes = await Promise.allSettled(some.map(({ run }) => run()));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
    expect(open).toBe(0);
  });

  it("reads the dump for what should be gone", async () => {
    const history: string[] = [];
    const storage = broken(({ flows }) => ({
      flows: {
        insert: (record) => {
          history.push(JSON.stringify(record));
          return flows.insert(record);
        },
      },
    }))();
    const cases = storageConformance(async () => ({
      storage,
      dump: async () => `marked-new ${history.join("\n")}`,
    }));
    const leftovers = cases.find(({ name }) => name.includes("nothing is left"));
    await expect(leftovers?.run()).rejects.toThrow("the dump shows a consumed flow");
  });

  describe("searches the dump for secrets", () => {
    const SECRET = "planted access-token/+?=&~1";
    const encoded = (before: number, encoding: "base64" | "base64url" | "hex"): string =>
      Buffer.from(`${"x".repeat(before)}${SECRET}, and more`).toString(encoding);
    /** What the case says when the store holds this beside what it should. */
    const findingOf = async (left: string): Promise<unknown> => {
      const rows: unknown[] = [];
      const storage = broken(({ connections }) => ({
        connections: {
          insert: (record) => connections.insert(record).then(() => void rows.push(record)),
          compareAndSwap(record, ...rest) {
            rows.push(record);
            return connections.compareAndSwap(record, ...rest);
          },
        },
      }))();
      const create = async () => ({ storage, dump: async () => JSON.stringify([rows, left]) });
      const [secrets] = storageConformance(create).filter(({ name }) => name.startsWith("secrets:"));
      return secrets?.run().then(
        () => null,
        (error: unknown) => error,
      );
    };

    it("passes one that holds sealed values only", async () => {
      expect(await findingOf("nothing else")).toBeNull();
    });

    it.each([
      ["in plain text", SECRET],
      ["in plain text", JSON.stringify({ log: JSON.stringify({ SECRET }) })],
      ["URL-encoded", encodeURIComponent(SECRET)],
      ["URL-encoded", `${new URLSearchParams({ token: SECRET })}`],
      ["in hexadecimal", encoded(1, "hex")],
      ["in hexadecimal", encoded(0, "hex").toUpperCase()],
      ...[0, 1, 2].flatMap((before) => [
        ["in base64", encoded(before, "base64")],
        ["in base64", encoded(before, "base64url")],
      ]),
    ])("names a secret %s: %s", async (form, left) => {
      expect(String(await findingOf(left))).toContain(`got ["the access token ${form}"]`);
    });

    it("is not content with a dump that shows nothing", async () => {
      const create = async () => ({ storage: memoryStorage(), dump: async () => "" });
      const [secrets] = storageConformance(create).filter(({ name }) => name.startsWith("secrets:"));
      await expect(secrets?.run()).rejects.toThrow("the dump shows sealed credentials");
    });
  });
});
