import { createServer } from "node:http";
import { randomText } from "./random-text.js";

/**
 * The provider of the storage benchmarks, in a process of its own: an API that takes any bearer token, and a token
 * endpoint that rotates without remembering anything. What a strict one does is measured by the race.
 */
const user = JSON.stringify({ login: "ada", id: 1, plan: { name: "pro" } });
const tokens = (): string =>
  JSON.stringify({
    access_token: randomText(324),
    refresh_token: randomText(124),
    token_type: "Bearer",
    expires_in: 86_400,
    scope: "read write",
  });

const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => {
    const isAuthorized = request.url === "/token" || request.headers.authorization?.startsWith("Bearer ");
    const body = request.url === "/token" ? tokens() : user;
    response.writeHead(isAuthorized === true ? 200 : 401, {
      "content-type": "application/json",
      "content-length": body.length,
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
});
process.on("disconnect", () => process.exit(0));
