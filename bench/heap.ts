import { memoryStorage } from "mooring";
import { connect, startServer } from "./setup.js";

const CALLS = 100_000;
const STEP = 20_000;
const CONCURRENCY = 16;

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
}

/** The heap after garbage collection, every 20,000 of 100,000 calls: flat when nothing is kept. */
export async function benchHeap(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error("Run with --expose-gc: `npm run bench`.");
  const server = await startServer();
  const connection = await connect(server.origin, memoryStorage());
  const rows: { readonly calls: number; readonly "heap, MB": string }[] = [];
  for (let calls = 0; calls <= CALLS; calls += STEP) {
    rows.push({ calls, "heap, MB": heapMb().toFixed(2) });
    if (calls === CALLS) break;
    let left = STEP;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const useRequest = left % 2 === 0;
        await (useRequest ? connection.request("/user").json() : (await connection.fetch("/user")).json());
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }
  console.log(
    `\nHeap over ${CALLS.toLocaleString("en")} calls, connection.request and connection.fetch in turn:`,
  );
  console.table(rows);
  server.close();
}
