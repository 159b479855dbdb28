import type { Socket } from "node:net";
import { connect, createServer } from "node:net";

/** A way to a server that can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks all connections, and refuses new ones. */
  cut(): void;
  /** Connections stay open, but nothing passes any more. */
  stall(): void;
  /** Lets new connections through again, and stalled ones go on. */
  restore(): void;
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function startTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  let state: "open" | "cut" | "stalled" = "open";
  const sockets = new Set<Socket>();
  const track = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => other.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.on("data", (chunk) => other.write(chunk));
    if (state === "stalled") socket.pause();
  };
  const server = createServer((client) => {
    if (state === "cut") return void client.destroy();
    const upstream = connect(target.port, target.host);
    track(client, upstream);
    track(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The proxy has no port.");
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut() {
      state = "cut";
      destroyAll();
    },
    stall() {
      state = "stalled";
      for (const socket of sockets) socket.pause();
    },
    restore() {
      state = "open";
      for (const socket of sockets) socket.resume();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        destroyAll();
      }),
  };
}
