import { createServer } from "node:http";

/** The loopback server of the benchmarks, in a process of its own: it must not share an event loop with the clients. */
const body = JSON.stringify({ login: "ada", id: 1, plan: { name: "pro" } });
const server = createServer((request, response) => {
  const authorized = request.headers.authorization === "Bearer a-token-for-the-benchmark";
  response.writeHead(authorized ? 200 : 401, {
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
});
process.on("disconnect", () => process.exit(0));
