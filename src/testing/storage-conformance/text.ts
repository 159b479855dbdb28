import type { Checks } from "./assertions.js";
import { conflicts, equal } from "./assertions.js";
import {
  connection,
  event,
  flow,
  idsOf,
  integration,
  lease,
  NOW,
  newId,
  storedConnection,
  storedFlow,
  storedIntegration,
} from "./records.js";

/**
 * What any text may hold: all that is well-formed Unicode, but U+0000, which PostgreSQL has no place for. The toolset
 * refuses that, and halves of surrogate pairs, before they get here. U+FEFF is not at the front: decoders of drivers take
 * it for a byte order mark there.
 */
const TEXTS: Readonly<Record<string, string>> = {
  "composed and decomposed letters": "é e\u0301 ｅ́ ﬁ ſ İ ı ß ẞ",
  "letters beyond the basic plane": "🚢👩🏽‍🚀🇸🇪𝒜𠮷",
  "text from right to left": "\u202Eשלום\u202C مرحبا \u200F!",
  "marks that are not seen": "a\uFEFF\u200B\u200Db\u2060\u00AD\u00A0c\u2028d\u2029e",
  "control characters": `${Array.from({ length: 31 }, (_, index) => String.fromCodePoint(index + 1)).join("")}\u007F\u0085`,
  "the last of all": "\uFFFD\uFFFE\uFFFF\u{1FFFF}\u{10FFFF}\uE000",
  "what others use for quoting": `'"\`\\\\0 \\u0000 %s %00 $1 :a ? ?? {} [] -- /* ; </x> &amp; \${x}`,
  "white space around": " \t a \r\n ",
};
/** Pairs a comparison may take for one. */
const LOOK_ALIKES: readonly (readonly [string, string])[] = [
  ["work", "Work"],
  ["caf\u00E9", "cafe\u0301"],
  ["cafe", "café"],
  ["strasse", "straße"],
  ["file", "ﬁle"],
  ["work", "work "],
  ["🔑", "🗝"],
  ["𝒜", "𝒝"],
  ["a", "a\u200B"],
];
const KEY = "🔑";
const MEGABYTE = 2 ** 20;

export const textChecks: Checks = {
  async "every text is stored as it is, wherever text is"(storage) {
    const { connections, flows, integrations, outbox } = storage;
    for (const [what, text] of Object.entries(TEXTS)) {
      const parent = await storedIntegration(storage, { name: text, config: text, reuseKey: text });
      const record = connection(parent, {
        entityId: text,
        alias: text,
        labels: [text, `${text}${text}`],
        scopes: [text],
        params: { [text]: text, other: "" },
        account: { id: text, email: text, label: text },
        credentials: text,
        status: "FAILED",
        statusReason: text,
        attempt: { id: newId(), status: "FAILED", reason: text, expiresAt: NOW },
      });
      const told = event(record, { reason: text });
      await connections.insert(record, [told]);
      const pending = await storedFlow(storage, record, { payload: text });
      equal(await integrations.get(parent.id), parent, `an integration with ${what}`);
      equal((await connections.get(record))?.connection, record, `a connection with ${what}`);
      const query = { entityId: text, alias: text, limit: 10, cursor: null };
      equal((await connections.list(query)).items, [record], `the list by ${what}`);
      equal((await connections.scan({ ...query, app: record.app })).items, [record], `the scan by ${what}`);
      const next = { ...record, labels: [...record.labels, text], version: 2 };
      equal(await connections.compareAndSwap(next, 1), true, `a swap with ${what}`);
      equal((await connections.get(record))?.connection, next, `a connection swapped with ${what}`);
      equal(await flows.consume(pending.id), pending, `a flow with ${what}`);
      const claimed = await outbox?.claim({ now: NOW, hideUntil: NOW + 1, limit: 10 });
      equal(
        claimed ?? [{ ...told, availableAt: NOW + 1 }],
        [{ ...told, availableAt: NOW + 1 }],
        `an event with ${what}`,
      );
      await outbox?.acknowledge([told.id]);
    }
  },

  async "ids of 512 characters are told apart, whatever the characters"(storage) {
    const { connections, outbox } = storage;
    const parent = await storedIntegration(storage);
    const entities = [`${KEY.repeat(511)}🗝`, KEY.repeat(512), KEY.repeat(511), "漢".repeat(512)];
    const records = [];
    for (const entityId of entities) {
      const record = connection(parent, { entityId, alias: KEY.repeat(128) });
      await connections.insert(record, [event(record)]);
      await storedFlow(storage, record);
      records.push(record);
    }
    for (const record of records) {
      const query = { entityId: record.entityId, limit: 10, cursor: null };
      equal(idsOf((await connections.list(query)).items), [record.id], "the list of one entity");
      equal(idsOf((await connections.scan(query)).items), [record.id], "the scan of one entity");
    }
    const events = await outbox?.claim({ now: NOW, hideUntil: NOW, limit: 10 });
    equal(events?.map(({ entityId }) => entityId) ?? entities, entities, "the entities of the events");
    const foreign = { id: records[0]?.id ?? "", entityId: entities[1] ?? "" };
    equal(await connections.get(foreign), null, "a connection under the id of another");
  },

  async "an alias has up to 128 characters, and is compared exactly"(storage) {
    const parent = await storedIntegration(storage);
    const aliases = [...new Set(LOOK_ALIKES.flat()), KEY.repeat(128), `${KEY.repeat(127)}🗝`];
    for (const alias of aliases) await storedConnection(storage, { alias }, parent);
    for (const alias of aliases) {
      const query = { entityId: "user_1", alias, limit: 10, cursor: null };
      const { items } = await storage.connections.list(query);
      equal(
        items.map((item) => item.alias),
        [alias],
        "the connections of an alias",
      );
      const second = connection(parent, { alias });
      await conflicts(() => storage.connections.insert(second), `a second ${JSON.stringify(alias)}`);
    }
  },

  async "reuse keys, and keys and owners of leases, are compared exactly"({ integrations, leases }) {
    for (const [one, other] of LOOK_ALIKES) {
      const pair = JSON.stringify([one, other]);
      await integrations.insert(integration({ reuseKey: `${pair} ${one}` }));
      await integrations.insert(integration({ reuseKey: `${pair} ${other}` }));
      const [key, owner] = [`${pair} ${one}`, one];
      equal(await leases.acquire(lease({ key, owner })), "acquired", `the first key of ${pair}`);
      equal(
        await leases.acquire(lease({ key: `${pair} ${other}` })),
        "acquired",
        `the second key of ${pair}`,
      );
      equal(await leases.renew(lease({ key, owner: other })), false, `the other owner of ${pair}`);
      await leases.release({ key, owner: other });
      equal(await leases.renew(lease({ key, owner })), true, `the owner of ${pair}`);
    }
  },

  async "sealed text may be a megabyte long, and many labels, scopes and params with it"(storage) {
    const parent = await storedIntegration(storage, { config: "c".repeat(MEGABYTE) });
    const many = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${name} ${index} ${KEY}`);
    const record = connection(parent, {
      credentials: "x".repeat(MEGABYTE),
      statusReason: "漢".repeat(20_000),
      labels: many("l".repeat(100), 64),
      scopes: many(`https://scopes.example/${"s".repeat(100)}`, 500),
      params: Object.fromEntries(many("name", 100).map((name) => [name, "v".repeat(1_000)])),
    });
    await storage.connections.insert(record);
    equal(
      await storage.connections.get(record),
      { connection: record, integration: parent },
      "the connection",
    );
    const next = { ...record, credentials: `${"y".repeat(MEGABYTE)}.`, version: 2 };
    equal(await storage.connections.compareAndSwap(next, 1), true, "swapped");
    const query = { entityId: record.entityId, limit: 2, cursor: null };
    equal((await storage.connections.list(query)).items, [next], "the listing");
    const pending = flow(record, { payload: "p".repeat(MEGABYTE) });
    await storage.flows.insert(pending);
    equal(await storage.flows.consume(pending.id), pending, "the flow");
  },
};
