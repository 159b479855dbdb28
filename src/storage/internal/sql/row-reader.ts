/** Where a row comes from, for the error when a column does not hold what it should. */
interface RowSource {
  readonly table: string;
  /** Put before each column's name in the result of a join. Default: none. */
  readonly prefix?: string;
}

/** A row that does not hold what Mooring wrote. The message names table, column and row id, never a value. */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
}

/** Reads the columns of one row. Every method throws {@link UnreadableRow} naming the column. */
export interface RowReader {
  text(column: string): string;
  textOrNull(column: string): string | null;
  integer(column: string): number;
  integerOrNull(column: string): number | null;
  flag(column: string): boolean;
  oneOf<Value extends string>(column: string, values: ReadonlySet<Value>): Value;
  json<Value>(column: string, accepts: (value: unknown) => value is Value): Value;
  jsonOrNull<Value>(column: string, accepts: (value: unknown) => value is Value): Value | null;
}

export function rowReader(row: Readonly<Record<string, unknown>>, source: RowSource): RowReader {
  const { table, prefix = "" } = source;
  const value = (column: string): unknown => row[prefix + column];

  const wrong = (column: string, expected: string): UnreadableRow =>
    new UnreadableRow(
      `The column \`${column}\` of \`${table}\` must hold ${expected}, in row ${String(value("id"))}.`,
    );

  const text = (column: string): string => {
    const found = value(column);
    if (typeof found !== "string") throw wrong(column, "text");
    return found;
  };

  // Drivers return a bigint as a number, a string of digits or a bigint.
  const integer = (column: string): number => {
    const found = value(column);
    const number =
      typeof found === "bigint" || (typeof found === "string" && /^-?\d+$/.test(found))
        ? Number(found)
        : found;
    if (typeof number === "number" && Number.isSafeInteger(number)) return number;
    throw wrong(column, "a whole number");
  };

  const json = <Value>(column: string, accepts: (value: unknown) => value is Value): Value => {
    const parsed = parse(text(column));
    if (!accepts(parsed)) throw wrong(column, "the JSON Mooring wrote");
    return parsed;
  };

  const orNull = <Value>(column: string, read: (column: string) => Value): Value | null =>
    value(column) === null ? null : read(column);

  return {
    text,
    integer,
    json,
    textOrNull: (column) => orNull(column, text),
    integerOrNull: (column) => orNull(column, integer),
    jsonOrNull: (column, accepts) => orNull(column, () => json(column, accepts)),
    flag(column) {
      const number = integer(column);
      if (number !== 0 && number !== 1) throw wrong(column, "0 or 1");
      return number === 1;
    },
    oneOf(column, values) {
      const found = text(column);
      for (const allowed of values) if (allowed === found) return allowed;
      throw wrong(column, `one of ${[...values].join(", ")}`);
    },
  };
}

/** The parsed JSON; undefined, which no JSON stands for, when it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
