/**
 * Mooring in one run: `npm run demo`. No account, key or network needed; everything listens on 127.0.0.1.
 *
 * The third party is real: `oidc-provider`, a certified OAuth server that rotates refresh tokens and revokes the whole
 * grant when a spent one comes back, and a REST API that asks it about the token on every request.
 */
import { deepEqual, equal } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { MooringToolSet } from "mooring";
import { openai } from "mooring/frameworks/openai";
import { kyselyStorage, migrateStorage } from "mooring/storage/kysely";
import { acmeTracker } from "./support/acme-tracker.js";
import { startAuthorizationServer } from "./support/authorization-server.js";
import { createBrowser } from "./support/browser.js";
import { chatCompletion } from "./support/chat-completion.js";
import { openDatabase } from "./support/database.js";
import { startHostApp } from "./support/host-app.js";
import { startProtectedApi } from "./support/protected-api.js";
import { createStory } from "./support/story.js";

const { step, defer, tell, transcript } = createStory({
  title: "Mooring: connect an account, and act with it",
  write: (text) => console.log(text),
  color: process.stdout.isTTY,
});

async function chapters(): Promise<void> {
  // The app that embeds Mooring. Its callback route is one call, with its own session's user.
  const host = await startHostApp({
    async onCallback(request, signedInUser) {
      const { redirectUrl } = await toolset.handleCallback(request, { entityId: signedInUser });
      return redirectUrl ?? host.origin;
    },
  });
  // The third party. Its access tokens live five seconds.
  const redirectUris = [host.callbackUrl];
  const server = await startAuthorizationServer({ redirectUris, accessTokenTtlSeconds: 5 });
  const api = await startProtectedApi({ authorizationServer: server });
  const database = await openDatabase();
  for (const { close } of [host, server, api, database]) defer(close);

  const toolset = await step("Set up Mooring on the app's database", async ({ say, outcome }) => {
    await migrateStorage(database.db);
    say("Storage: an embedded PostgreSQL (PGlite) through Kysely. Encryption: one fresh 256-bit key.");
    outcome("tables made, one app with three actions");
    return new MooringToolSet({
      storage: kyselyStorage(database.db),
      encryption: { keys: [{ id: "2026-11", secret: randomBytes(32).toString("base64url") }] },
      callbackUrl: host.callbackUrl,
      apps: [acmeTracker({ server, api })],
      framework: openai(),
    });
  });

  await step("Create an integration", async ({ show, outcome }) => {
    const options = { app: "acme", authScheme: "OAUTH2", authConfig: server.client };
    const integration = await toolset.createIntegration(options);
    show("integration", integration);
    outcome(`${integration.name}, its client secret sealed`);
  });

  const ada = toolset.getEntity("user_ada");
  const request = await step("Ada clicks “Connect Acme”", async ({ show, outcome }) => {
    const started = await ada.initiateConnection({ app: "acme", redirectUrl: `${host.origin}/connections` });
    show("ConnectionRequest", started);
    outcome(`${started.connectionStatus}, with a URL to send her to`);
    return started;
  });

  const connection = await step("Ada logs in at Acme and consents", async ({ say, outcome }) => {
    const browser = createBrowser();
    await browser.visit(host.signInUrl("user_ada"));
    const callbackUrl = await browser.authorize(request.redirectUrl ?? "", { login: "ada" });
    const page = await browser.visit(callbackUrl);
    say(`Her browser came back to ${host.callbackUrl} and was sent on to ${page.url.pathname}.`);
    const active = await request.waitUntilActive({ timeoutMs: 5000 });
    outcome(`${active.status} as ${active.account?.email}`);
    return active;
  });

  await step("Give the model its tools", async ({ say, outcome }) => {
    const tools = await toolset.getTools({ apps: ["acme"] });
    say(tools.map((tool) => tool.function.name).join(", "));
    outcome(`${tools.length} tools, in OpenAI's shape`);
  });

  const completion = chatCompletion({ ACME_CREATE_ISSUE: { title: "Paint the hull" }, ACME_GET_PROFILE: {} });
  await step("The model calls two tools for Ada", async ({ show, outcome }) => {
    const messages = await toolset.handleToolCalls(completion, { entityId: "user_ada" });
    show("tool messages", messages);
    deepEqual(api.issues, [{ number: 1, title: "Paint the hull", author: "ada" }]);
    outcome("both answered; the new ticket is Ada's");
  });

  await step("The token expires; 20 requests at once", async ({ say, outcome }) => {
    const { headers } = await connection.getAuthParams();
    const { expiresAt } = await connection.reload();
    await sleep(Number(expiresAt) - Date.now());
    const { status } = await fetch(`${api.baseUrl}/me`, { headers });
    say(`With the old token the API answers ${status}.`);
    const before = { requests: server.tokenRequests.length, secrets: server.secrets().length };
    const answers = await Promise.all(Array.from({ length: 20 }, () => connection.request("/me").json()));
    const refreshes = server.tokenRequests
      .slice(before.requests)
      .map((seen) => `${seen.grantType} → ${seen.status}`);
    say(`${answers.length} requests through Mooring were answered. Token requests: ${refreshes.join(", ")}.`);
    deepEqual([status, refreshes], [401, ["refresh_token → 200"]]);
    equal(server.secrets().length - before.secrets, 2, "A new access token and a new refresh token");
    outcome("20 answers, 1 token request, refresh token rotated");
  });

  await step("The model acts for Grace, unconnected", async ({ show, outcome }) => {
    const messages = await toolset.handleToolCalls(completion, { entityId: "user_grace" });
    show("first tool message", JSON.parse(messages[0]?.content ?? ""));
    equal(api.issues.length, 1);
    outcome("a result that asks her to connect, with a link");
  });

  await step("Grace opens a link made for Ada", async ({ say, outcome }) => {
    const forAda = await ada.initiateConnection({ app: "acme", alias: "second" });
    const browser = createBrowser();
    await browser.visit(host.signInUrl("user_grace"));
    const page = await browser.visit(await browser.authorize(forAda.redirectUrl ?? "", { login: "grace" }));
    say(`The callback answers ${page.status}: ${page.text}`);
    const { status } = await ada.getConnection({ connectionId: forAda.connectedAccountId });
    const active = await toolset.getEntity("user_grace").getConnections({ status: "ACTIVE" });
    deepEqual([page.status, status, active], [400, "FAILED", []]);
    outcome("refused; nothing became active for either");
  });

  await step("Look for the secrets everywhere", async ({ say, show, outcome }) => {
    show("the connection as JSON", await connection.reload());
    show("its row in the database", await database.row(connection.id));
    const secrets = server.secrets();
    const { found, megabytes } = await database.search({ words: secrets, control: connection.id });
    say(`Searched: ${megabytes} MB of rows, data files and write-ahead log, and all that is printed above.`);
    deepEqual([...found, ...secrets.filter((secret) => transcript().includes(secret))], []);
    outcome(`${secrets.length} codes, tokens and client secrets: 0 found`);
  });
}

process.exitCode = (await tell(chapters)) ? 0 : 1;
