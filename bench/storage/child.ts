import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starts another script of this build in a process of its own, as `node dist/<name>.js`. */
export function startScript(name: string, args: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), [...args]);
}

/** The next message of a child. @throws Error when it ends instead */
export function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`A child process ended with ${code}.`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}

/** Starts the loopback provider in its own process: it must not share an event loop with the clients. */
export async function startProvider(): Promise<{ readonly origin: string; close(): void }> {
  const child = startScript("provider");
  const message = await nextMessage(child);
  if (typeof message !== "object" || message === null || !("port" in message)) {
    throw new TypeError("The provider did not say its port.");
  }
  return { origin: `http://127.0.0.1:${String(message.port)}`, close: () => child.disconnect() };
}
