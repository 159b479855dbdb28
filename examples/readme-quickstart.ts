import { MooringToolSet, memoryStorage } from "mooring";
import { github } from "mooring/apps/github";
import type OpenAI from "openai";

const toolset = new MooringToolSet({
  storage: memoryStorage(), // kyselyStorage(db) keeps connections in your SQL database
  callbackUrl: "https://app.example.com/connect/callback",
  apps: [github],
  managedAuth: { github: { client_id: "your-client-id", client_secret: "your-client-secret" } },
});
// "Connect GitHub" was clicked: send the user to the result's `redirectUrl`.
export const connect = (userId: string) => toolset.getEntity(userId).initiateConnection({ app: "github" });
// The route behind `callbackUrl`. `entityId` is the user of your own session.
export const callback = (request: Request, entityId: string) => toolset.handleCallback(request, { entityId });
// In your agent: these tools go to the model, and what it calls runs with that user's token.
export const tools = (entityId: string) => toolset.getTools({ apps: ["github"], entityId });
export const answer = (completion: OpenAI.ChatCompletion, entityId: string) =>
  toolset.handleToolCalls(completion, { entityId });
