/**
 * What a driver's error means to storage:
 *
 * - `conflict`: a unique value is taken, or the record it belongs to is gone
 * - `gave-way`: the database rolled the statement or transaction back for another's sake: it can be run again
 * - `unreachable`: the connection broke or could not be made; what it was to do may have been done
 * - `denied`: the database user may not do that; `read-only`: nobody may, here
 * - `refused`: the database does not let this user in; `absent`: there is no such database
 * - `missing`: there is no such table or column; `exists`: there is one already
 * - `ended`: the transaction the statement was for is over
 */
export type DriverErrorKind =
  | "conflict"
  | "gave-way"
  | "unreachable"
  | "refused"
  | "absent"
  | "denied"
  | "read-only"
  | "missing"
  | "exists"
  | "ended"
  | "other";

/** A driver's error, without anything that could hold a value of a row. */
export interface DriverError {
  readonly kind: DriverErrorKind;
  /** The error's name and code, where they are a word and nothing else. */
  readonly name: string | null;
  readonly code: string | null;
  /** For {@link names}; may hold values of the row. */
  readonly message: string;
}

/** Codes of PostgreSQL (SQLSTATE), MySQL, MariaDB, SQLite and Node. */
const CODES: readonly (readonly [DriverErrorKind, readonly string[]])[] = [
  [
    "conflict",
    [
      "23505",
      "23503",
      "ER_DUP_ENTRY",
      "ER_NO_REFERENCED_ROW",
      "ER_NO_REFERENCED_ROW_2",
      "SQLITE_CONSTRAINT_UNIQUE",
      "SQLITE_CONSTRAINT_PRIMARYKEY",
      "SQLITE_CONSTRAINT_FOREIGNKEY",
    ],
  ],
  [
    "gave-way",
    [
      "40001",
      "40P01",
      "55P03",
      "ER_LOCK_DEADLOCK",
      "ER_LOCK_WAIT_TIMEOUT",
      "ER_CHECKREAD",
      "SQLITE_BUSY",
      "SQLITE_LOCKED",
    ],
  ],
  [
    "unreachable",
    [
      "25P03",
      "53300",
      "57014",
      "57P01",
      "57P02",
      "57P03",
      "57P05",
      "ER_ABORTING_CONNECTION",
      "ER_CON_COUNT_ERROR",
      "ER_CONNECTION_KILLED",
      "ER_NEW_ABORTING_CONNECTION",
      "ER_NORMAL_SHUTDOWN",
      "ER_QUERY_INTERRUPTED",
      "ER_QUERY_TIMEOUT",
      "ER_SERVER_SHUTDOWN",
      "ER_STATEMENT_TIMEOUT",
      "ER_TOO_MANY_USER_CONNECTIONS",
      "ER_USER_LIMIT_REACHED",
      "PROTOCOL_CONNECTION_LOST",
      "PROTOCOL_SEQUENCE_TIMEOUT",
      "ECONNABORTED",
      "ECONNREFUSED",
      "ECONNRESET",
      "EHOSTDOWN",
      "EHOSTUNREACH",
      "ENETDOWN",
      "ENETUNREACH",
      "ENOTFOUND",
      "EAI_AGAIN",
      "EPIPE",
      "ETIMEDOUT",
    ],
  ],
  [
    "refused",
    [
      "28000",
      "28P01",
      "ER_ACCESS_DENIED_ERROR",
      "ER_ACCESS_DENIED_NO_PASSWORD_ERROR",
      "ER_ACCOUNT_HAS_BEEN_LOCKED",
      "ER_HOST_NOT_PRIVILEGED",
      "ER_MUST_CHANGE_PASSWORD_LOGIN",
      "ER_NOT_SUPPORTED_AUTH_MODE",
    ],
  ],
  ["absent", ["3D000", "ER_BAD_DB_ERROR"]],
  [
    "denied",
    [
      "42501",
      "ER_COLUMNACCESS_DENIED_ERROR",
      "ER_DBACCESS_DENIED_ERROR",
      "ER_SPECIFIC_ACCESS_DENIED_ERROR",
      "ER_TABLEACCESS_DENIED_ERROR",
      "SQLITE_AUTH",
      "SQLITE_CANTOPEN",
      "SQLITE_PERM",
    ],
  ],
  [
    "read-only",
    [
      "25006",
      "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION",
      "ER_OPTION_PREVENTS_STATEMENT",
      "ER_READ_ONLY_MODE",
      "SQLITE_READONLY",
    ],
  ],
  ["missing", ["42P01", "42703", "ER_NO_SUCH_TABLE", "ER_BAD_FIELD_ERROR"]],
  // Of PostgreSQL's own codes the one for a statement that needs a transaction and has none.
  ["ended", ["25P01"]],
  ["exists", ["42P07", "ER_TABLE_EXISTS_ERROR", "ER_DUP_KEYNAME"]],
];
const KIND_BY_CODE: ReadonlyMap<string, DriverErrorKind> = new Map(
  CODES.flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const)),
);

/** `SQLITE_BUSY_SNAPSHOT` is a kind of `SQLITE_BUSY`; with constraints, the kind is what counts. */
const SQLITE_EXTENDED = /^(SQLITE_(?!CONSTRAINT)[A-Z]+)_\w+$/;
/** SQLite's own messages: not every driver passes its codes on, and for some failures it has none. */
const SQLITE_MESSAGES: readonly (readonly [DriverErrorKind, RegExp])[] = [
  ["conflict", /^(?:UNIQUE|PRIMARY KEY|FOREIGN KEY) constraint failed\b/],
  ["gave-way", /^database (?:table )?is locked\b/],
  ["read-only", /^attempt to write a readonly database\b/],
  ["denied", /^unable to open database file\b/],
  ["missing", /^(?:no such (?:table|column): |table \w+ has no column named )/],
  ["exists", /^(?:table|index) \S+ already exists\b/],
];
const SQLITE_PREFIX = /^(?:SQLITE_\w+: )?(?:SQLite error: )?/;

/** SQLSTATE class 08: connection exceptions. */
const CONNECTION_CLASS = /^08[0-9A-Z]{3}$/;
/** What pg and mysql2 say, without a code, when a pool, a connection or a statement gives up. */
const CONNECTION_MESSAGE =
  /^(?:timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Can't add new command when connection is in closed state|Query execution was interrupted)/;

/** What pg says, without a code, when it has no password for a server that wants one. */
const PASSWORD_MESSAGE = /^SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be/;

/** What Kysely and PGlite say of a transaction of the host's that is over. */
const ENDED_MESSAGE = /^Transaction is (?:already committed|already rolled back|closed)$/;

/** Reads what a driver threw, or an ORM or Node with the driver's error within. */
export function readDriverError(error: unknown): DriverError {
  const errors = withInner(error, 0).map(readOne);
  const known = errors.find(({ kind }) => kind !== "other") ?? errors.find(({ code }) => code !== null);
  return known ?? readOne(error);
}

/** Words of an error's message that are among these names, which therefore are no values of a row. */
export function names({ message }: DriverError, among: ReadonlySet<string>): readonly string[] {
  const found = [
    ...message.matchAll(/(?:column|relation|table)(?: named)?:? (["'`]?\w[\w.$\-"'`]*)/gi),
  ].flatMap(([, quoted = ""]) => quoted.split(/\W+/).filter((word) => among.has(word)));
  return [...new Set(found)];
}

/** The error, and those it was made from: a cause, or one for each address that was tried. */
function withInner(error: unknown, depth: number): readonly unknown[] {
  const causes = property(error, "errors");
  const inner = [property(error, "cause"), ...(Array.isArray(causes) ? causes : [])];
  return [
    error,
    ...inner
      .filter((each) => depth < 4 && each !== undefined && each !== null)
      .flatMap((each) => withInner(each, depth + 1)),
  ];
}

function readOne(error: unknown): DriverError {
  const code = identifier(property(error, "code"));
  const message = String(property(error, "message") ?? "");
  return { kind: kindOf(code ?? "", message), name: identifier(property(error, "name")), code, message };
}

function kindOf(code: string, message: string): DriverErrorKind {
  const byCode = KIND_BY_CODE.get(code.replace(SQLITE_EXTENDED, "$1"));
  if (byCode !== undefined) return byCode;
  if (PASSWORD_MESSAGE.test(message)) return "refused";
  if (ENDED_MESSAGE.test(message)) return "ended";
  if (CONNECTION_CLASS.test(code) || CONNECTION_MESSAGE.test(message)) return "unreachable";
  if (code !== "" && code !== "ERR_SQLITE_ERROR" && !code.startsWith("SQLITE_")) return "other";
  const text = message.replace(SQLITE_PREFIX, "");
  return SQLITE_MESSAGES.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** The value if it is a name or a code and nothing else; null otherwise. */
function identifier(value: unknown): string | null {
  return (typeof value === "string" || typeof value === "number") && /^[\w.-]{1,64}$/.test(String(value))
    ? String(value)
    : null;
}
