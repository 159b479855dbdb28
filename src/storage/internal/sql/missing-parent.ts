/**
 * What SQLite says of a record whose parent is not there, said for it: it enforces foreign keys only on connections that
 * were told to. So it is asked to insert what it finds the parent of, and inserts nothing when that is gone.
 */
export class MissingParent extends Error {
  override readonly name = "MissingParent";
  readonly code = "SQLITE_CONSTRAINT_FOREIGNKEY";
}
