/**
 * What the code blocks of the documents take for granted: an app that has a toolset, a user and a connection, and the web
 * framework and LLM client it uses.
 */
export const AMBIENT = `
import type { Kysely } from "kysely";
import type { Action, AppDefinition, Connection, Entity, MooringToolSet, StorageAdapter } from "mooring";
import type { PrismaDatabase } from "mooring/storage/prisma";
import type OpenAI from "openai";

interface ExpressRequest {
  readonly originalUrl: string;
  readonly session: { readonly userId?: string };
}
interface ExpressResponse {
  redirect(url: string): void;
  redirect(status: number, url: string): void;
  status(code: number): this;
  send(body: string): this;
}
interface HonoContext {
  readonly req: { readonly raw: Request };
  get(name: "userId"): string | undefined;
}
interface CallbackAnswer {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

declare global {
  const toolset: MooringToolSet;
  const entity: Entity;
  const connection: Connection;
  const db: Kysely<{
    users: { id: string };
    workspaces: { connection_id: string };
    tokens: {
      id: string;
      user_id: string;
      access_token: string;
      refresh_token: string | null;
      expires_at: Date | null;
    };
  }>;
  const prisma: PrismaDatabase & {
    $transaction(run: (tx: PrismaDatabase) => Promise<void>): Promise<void>;
  };
  const request: Request;
  const kms: {
    encrypt(plaintext: Uint8Array): Promise<Uint8Array>;
    decrypt(ciphertext: Uint8Array, keyId: string): Promise<Uint8Array>;
  };
  const sendMail: (userId: string, text: string) => Promise<void>;
  const startImport: (connectionId: string) => void;
  const keep: (userId: string, app: string, credentials: unknown) => Promise<void>;
  const openai: OpenAI;
  const messages: OpenAI.ChatCompletionMessageParam[];
  const acme: AppDefinition;
  const createTicket: Action;
  const currentUserId: () => Promise<string | null>;
  const finishConnecting: (callback: Request | string, entityId: string) => Promise<CallbackAnswer>;
  const required: (name: string) => string;
  const myStorage: () => StorageAdapter;
  const expressApp: {
    get(path: string, handler: (request: ExpressRequest, response: ExpressResponse) => Promise<void>): void;
  };
  const honoApp: { get(path: string, handler: (c: HonoContext) => Promise<Response>): void };
}
`;
