/**
 * The concepts page of Composio Auth, sample by sample, in Mooring. Each heading is a step of that page; the names of
 * arguments are its TypeScript names where it has some (`appName`, `authMode`, `redirectUri`, …), which Mooring takes
 * beside its own. Runs without a network: `npx tsx examples/seed-walkthrough.ts`.
 */
import { pathToFileURL } from "node:url";
import type { ExpectedParam, Integration } from "mooring";
import { MooringToolSet, NoItemsFoundError } from "mooring";
import { github } from "mooring/apps/github";
import { gmail } from "mooring/apps/gmail";
import { hackernews } from "mooring/apps/hackernews";
import { notion } from "mooring/apps/notion";
import { openai } from "mooring/frameworks/openai";
import { memoryStorage } from "mooring/storage/memory";
import { chatCompletion } from "./support/chat-completion.js";

/** What the samples print, by step. */
export type Printed = Readonly<Record<string, unknown>>;

const toolset = new MooringToolSet({
  storage: memoryStorage(),
  callbackUrl: "https://app.example.com/connect/callback",
  allowedRedirectUrls: ["https://app.example.com/"],
  apps: [github, gmail, notion, hackernews],
  // Where the page relies on Composio's own OAuth apps, the host registers its own.
  managedAuth: { github: { client_id: "host-client", client_secret: "host-secret" } },
  framework: openai(),
});

// Creating integrations, 1: listing and checking existing integrations

async function hasIntegration(app: string): Promise<boolean> {
  const integrations = await toolset.getIntegrations({ app });
  return integrations.length > 0;
}

// Creating integrations, 3: creating the integration

async function createIntegrationIfNotExists(options: {
  readonly app: string;
  readonly authScheme: string;
  readonly authConfig: Readonly<Record<string, string>>;
  readonly useComposioAuth?: boolean;
  readonly forceNewIntegration?: boolean;
}): Promise<Integration> {
  const { app, authScheme, authConfig, useComposioAuth = false, forceNewIntegration = false } = options;
  if (!forceNewIntegration) {
    const [existing] = await toolset.getIntegrations({ app });
    if (existing !== undefined) return existing;
  }
  return toolset.createIntegration({ appUniqueKey: app, authScheme, authConfig, useComposioAuth });
}

async function integrations(): Promise<Printed> {
  const before = await hasIntegration("gmail");

  // Creating integrations, 2: specifying client credentials; first view the expected params
  const app = toolset.apps.get("gmail");
  const expectedParams = toolset.fetchExpectedIntegrationParams({ app, authScheme: "OAUTH2" });

  const integration = await createIntegrationIfNotExists({
    app: "gmail",
    authScheme: "OAUTH2",
    authConfig: { client_id: "1234567890", client_secret: "1234567890" },
    useComposioAuth: false,
  });
  const again = await createIntegrationIfNotExists({
    app: "gmail",
    authScheme: "OAUTH2",
    authConfig: { client_id: "1234567890", client_secret: "1234567890" },
  });
  return {
    "has integration, before": before,
    "expected integration params": expectedParams,
    "the created integration": integration,
    "has integration, after": await hasIntegration("gmail"),
    "created once": integration.id === again.id,
  };
}

// Entity: entity management, and handling tool calls by entity id

async function entities(): Promise<Printed> {
  const entity = toolset.getEntity("default");
  const connections = await entity.getConnections();

  await toolset.getTools({ actions: ["GITHUB_GET_ME"] });
  const toolRequest = chatCompletion({ GITHUB_GET_ME: {} });
  const result = await toolset.handleToolCalls(toolRequest, { entityId: "user_123" });
  return { "entity id": entity.id, "connections of the entity": connections, "handled tool calls": result };
}

// Creating connections, 2: check for an active connection

async function hasActiveConnection(userId: string, app: string): Promise<boolean> {
  const entity = toolset.getEntity(userId);
  try {
    const connection = await entity.getConnection({ app });
    return connection.status === "ACTIVE";
  } catch (error) {
    if (error instanceof NoItemsFoundError) return false;
    throw error;
  }
}

// Creating connections, 4: collect the values the user is asked for

function getConnectionValues(expectedParams: readonly ExpectedParam[], input: (name: string) => string) {
  return Object.fromEntries(expectedParams.map(({ name }) => [name, input(name)]));
}

async function connections(): Promise<Printed> {
  // Creating connections, 1: fetch integration id and entity
  const userId = "00000000-0000-0000-0000-000000000000";
  const [integration] = await toolset.getIntegrations({ app: "gmail" });
  const entity = toolset.getEntity(userId);

  // Creating connections, 2
  const before = await hasActiveConnection(userId, "gmail");

  // Creating connections, 3: retrieve connection parameters, with an integration id, and with app and auth scheme
  const byIntegration = await toolset.getExpectedParamsForUser({ integrationId: integration?.id });
  const byScheme = await toolset.getExpectedParamsForUser({ app: "gmail", authScheme: "BEARER_TOKEN" });

  // Creating connections, 4: initiate, without parameters
  const withoutParams = await entity.initiateConnection({
    appName: "hackernews",
    authMode: "NO_AUTH",
    useComposioAuth: false,
    forceNewIntegration: true,
  });

  // Creating connections, 4: initiate, with parameters
  const connectionParams = getConnectionValues(byScheme.expectedParams, (name) => `the user's ${name}`);
  const withParams = await entity.initiateConnection({
    appName: "gmail",
    useComposioAuth: false,
    forceNewIntegration: true,
    connectedAccountParams: connectionParams,
    authMode: "BEARER_TOKEN",
    redirectUri: "https://app.example.com/connections",
    config: { labels: ["work"] },
  });
  return {
    "has active connection, before": before,
    "expected params by integration id": byIntegration.expectedParams,
    "expected params by app and scheme": byScheme.expectedParams,
    "connection without parameters": withoutParams,
    "connection with parameters": withParams,
    "has active connection, after": await hasActiveConnection(userId, "gmail"),
  };
}

async function examples(): Promise<Printed> {
  const entity = toolset.getEntity("default");

  // Examples: OAuth 2.0
  const githubParams = await toolset.getExpectedParamsForUser({ app: "github" });
  const githubConnectionRequest = await entity.initiateConnection({
    appName: "github",
    authMode: githubParams.authScheme,
    authConfig: {},
  });

  // Examples: bearer token
  const gmailParams = await toolset.getExpectedParamsForUser({ app: "gmail", authScheme: "BEARER_TOKEN" });
  const gmailConnectionRequest = await entity.initiateConnection({
    appName: "gmail",
    authMode: gmailParams.authScheme,
    authConfig: { token: "gmail_token" },
  });

  // Examples: API key
  const notionParams = await toolset.getExpectedParamsForUser({ app: "notion" });
  const notionConnectionRequest = await entity.initiateConnection({
    appName: "notion",
    authMode: notionParams.authScheme,
    authConfig: { token: "notion_token" },
  });
  return {
    "github params": githubParams.expectedParams,
    "github connection request": githubConnectionRequest,
    "gmail params": gmailParams.expectedParams,
    "gmail connection request": gmailConnectionRequest,
    "notion params": notionParams.expectedParams,
    "notion connection request": notionConnectionRequest,
  };
}

/** Runs every sample in the page's order; returns what they print, as JSON. */
export async function main(): Promise<Printed> {
  const printed = {
    ...(await integrations()),
    ...(await entities()),
    ...(await connections()),
    ...(await examples()),
  };
  return JSON.parse(JSON.stringify(printed));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [step, value] of Object.entries(await main()))
    console.log(`${step}: ${JSON.stringify(value, null, 2)}\n`);
}
