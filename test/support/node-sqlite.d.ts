/** What tests use of Node's own SQLite, which the types of Node 20 do not have. */
declare module "node:sqlite" {
  type Value = null | number | bigint | string | Uint8Array;

  interface Statement {
    columns(): readonly object[];
    all(...parameters: readonly Value[]): object[];
    run(...parameters: readonly Value[]): {
      readonly changes: number | bigint;
      readonly lastInsertRowid: number | bigint;
    };
    iterate(...parameters: readonly Value[]): IterableIterator<object>;
  }

  export class DatabaseSync {
    constructor(
      path: string,
      options?: { readonly enableForeignKeyConstraints?: boolean; readonly readOnly?: boolean },
    );
    exec(sql: string): void;
    prepare(sql: string): Statement;
    close(): void;
  }
}
