import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:http";
import { onTestFinished } from "vitest";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer; `hangUp` closes the connection after what was written of it. */
export interface LoopbackAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly hangUp?: boolean;
  /** Leaves the answer open after the body. */
  readonly stall?: boolean;
}

/** A server on loopback that notes what it receives; it is stopped with the test. */
export async function loopbackServer(
  answer: (request: ReceivedRequest) => LoopbackAnswer | Promise<LoopbackAnswer>,
) {
  const received: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    const arrived = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
    received.push(arrived);
    const { status = 200, headers: answered = {}, body = "", hangUp, stall } = await answer(arrived);
    response.writeHead(status, answered);
    if (hangUp === true || stall === true) {
      response.flushHeaders();
      response.write(body, () => {
        if (hangUp === true) response.destroy();
      });
    } else {
      response.end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { origin: `http://127.0.0.1:${address.port}`, received };
}
