import type { QueryCreator } from "kysely";
import { sql } from "kysely";
import type { EventRecord } from "../../../ports/storage.js";
import { EVENT_COLUMNS, toEventRow } from "./event-rows.js";
import type { MooringTables } from "./tables.js";

/** Of the columns that `jsonb` has no number or text for by itself. */
const TYPES = sql.raw(
  EVENT_COLUMNS.map((column) => `${column} ${column.endsWith("_at") ? "bigint" : "text"}`).join(", "),
);

/** Records events, at least one. */
export function recordEvents(creator: QueryCreator<MooringTables>, events: readonly EventRecord[]) {
  return creator.insertInto("mooring_events").values(events.map(toEventRow));
}

/**
 * Records events if the expression `written` of the same statement has a row. PostgreSQL only. They are one parameter, so
 * the statement's text is the same for any number of them; that parameter is text, as some drivers would write JSON into
 * one of type `jsonb` once more.
 */
export function recordedEvents(
  creator: QueryCreator<MooringTables & { written: { id: unknown } }>,
  events: readonly EventRecord[],
) {
  type Row = { readonly [Column in (typeof EVENT_COLUMNS)[number]]: string };
  const rows = sql<Row>`jsonb_to_recordset(${JSON.stringify(events.map(toEventRow))}::text::jsonb)`;
  return creator
    .insertInto("mooring_events")
    .columns([...EVENT_COLUMNS])
    .expression((from) =>
      from
        .selectFrom(["written", rows.as<"event">(sql`event(${TYPES})`)])
        .select(EVENT_COLUMNS.map((column) => `event.${column}` as const)),
    );
}
