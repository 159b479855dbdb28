import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll } from "vitest";

/** What the tests use of a generated Prisma client. */
export interface GeneratedClient {
  $connect(): Promise<void>;
  $disconnect(): Promise<void>;
  $queryRawUnsafe(statement: string, ...parameters: unknown[]): Promise<unknown>;
  $executeRawUnsafe(statement: string, ...parameters: unknown[]): Promise<number>;
  $transaction<Result>(run: (inside: TransactionClient) => Promise<Result>): Promise<Result>;
  $extends(extension: object): GeneratedClient;
  readonly user: Users;
}

/** The client of an interactive transaction. */
export type TransactionClient = Pick<GeneratedClient, "$queryRawUnsafe" | "$executeRawUnsafe" | "user">;

interface Users {
  create(query: { readonly data: { readonly id: number; readonly name: string } }): PromiseLike<unknown>;
  findMany(): PromiseLike<readonly { readonly id: number; readonly name: string }[]>;
}

/** The class of a generated client. */
export type GeneratedClientClass = new (options: { readonly adapter: unknown }) => GeneratedClient;

/** In here a client finds Prisma's runtime, and is not committed. */
const FOLDER = fileURLToPath(new URL("../../../node_modules/.mooring-test/", import.meta.url));

const schemaFor = (provider: string): string => `generator client {
  provider = "prisma-client-js"
  output   = "./client"
}
datasource db {
  provider = "${provider}"
}
model User {
  id   Int    @id
  name String
  @@map("users")
}
`;

type Provider = "postgresql" | "mysql" | "sqlite";
interface Generated {
  readonly PrismaClient: GeneratedClientClass;
  remove(): Promise<void>;
}
const GENERATED = new Map<Provider, Promise<Generated>>();
afterAll(async () => {
  for (const generated of GENERATED.values()) await (await generated).remove();
});

/** The client of an app that has a model `User`, generated at its first use in a test file, and removed at its end. */
export async function generatedClient(provider: Provider): Promise<GeneratedClientClass> {
  const generated = GENERATED.get(provider) ?? generate(provider);
  GENERATED.set(provider, generated);
  return (await generated).PrismaClient;
}

/**
 * Runs the CLI of the installed version. That would first download an engine which only its migrations need; told of a
 * file in its place, it does not.
 */
async function generate(provider: Provider): Promise<Generated> {
  await mkdir(FOLDER, { recursive: true });
  const cwd = await mkdtemp(`${FOLDER}prisma-`);
  await writeFile(`${cwd}/schema.prisma`, schemaFor(provider));
  const cli = createRequire(import.meta.url).resolve("prisma/build/index.js");
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" };
  await promisify(execFile)(process.execPath, [cli, "generate", "--schema", "schema.prisma"], { cwd, env });
  const module: unknown = await import(pathToFileURL(`${cwd}/client/index.js`).href);
  if (!isGenerated(module)) throw new Error("Prisma has generated no client.");
  return { PrismaClient: module.PrismaClient, remove: () => rm(cwd, { recursive: true }) };
}

function isGenerated(module: unknown): module is { readonly PrismaClient: GeneratedClientClass } {
  return typeof module === "object" && module !== null && "PrismaClient" in module;
}
