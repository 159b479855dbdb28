import { Duplex } from "node:stream";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";

const TERMINATE = "X".charCodeAt(0);

/** A socket to PostgreSQL in this process, as pg takes it. */
class PgliteSocket extends Duplex {
  readonly #pglite: PGlite;

  constructor(pglite: PGlite) {
    super();
    this.#pglite = pglite;
  }

  connect(): this {
    setImmediate(() => this.emit("connect"));
    return this;
  }

  setNoDelay(): void {}
  ref(): void {}
  unref(): void {}

  override _read(): void {}

  override _write(message: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (message[0] === TERMINATE) {
      done();
      return;
    }
    this.#pglite.execProtocolRaw(message).then((answer) => {
      this.push(answer);
      done();
    }, done);
  }

  override _writev(
    chunks: readonly { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "buffer", done);
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }
}

/** A pool of pg's on PostgreSQL in this process, which has one session: so the pool has one connection. */
export async function pglitePool(): Promise<pg.Pool> {
  const pglite = await PGlite.create();
  return new pg.Pool({
    max: 1,
    user: "postgres",
    database: "postgres",
    stream: () => new PgliteSocket(pglite),
  });
}
