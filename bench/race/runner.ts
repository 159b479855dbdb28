import { CONTESTANTS } from "./contestants.js";
import type { Order, Report } from "./messages.js";
import { order, start } from "./messages.js";

/** One process of the race: joins for a user, then lets its callers call all at once. */
const { contestant: name, shared } = start.parse(JSON.parse(process.argv[2] ?? "null"));
const contestant = CONTESTANTS.find((each) => each.name === name);
if (contestant === undefined) throw new Error(`Nobody is called ${name}.`);
// What libraries warn of while they race is what the table counts.
console.warn = () => {};
const player = await contestant.start(shared);
let calls: readonly (() => Promise<void>)[] = [];

const answer = (report: Report): void => void process.send?.(report);

async function obey(given: Order): Promise<void> {
  switch (given.kind) {
    case "join": {
      const call = await player.join(given.login);
      calls = Array.from({ length: given.callers }, () => call);
      return answer({ kind: "ready" });
    }
    case "go": {
      const results = await Promise.allSettled(calls.map((call) => call()));
      const failures = results.flatMap((result) =>
        result.status === "rejected" ? [String(result.reason).slice(0, 200)] : [],
      );
      return answer({ kind: "done", failures });
    }
    case "leave":
      await player.close();
      process.disconnect();
  }
}

process.on("message", (message) => {
  obey(order.parse(message)).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
answer({ kind: "ready" });
