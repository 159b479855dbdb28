import * as z from "zod";

/** What the race tells a process to do. */
export const order = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("join"), login: z.string(), callers: z.number() }),
  z.object({ kind: z.literal("go") }),
  z.object({ kind: z.literal("leave") }),
]);
export type Order = z.output<typeof order>;

/** What a process answers. */
export const report = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("done"), failures: z.array(z.string()) }),
]);
export type Report = z.output<typeof report>;

/** What a process needs to start, as its only argument. */
export const start = z.object({
  contestant: z.string(),
  shared: z.object({
    databaseUrl: z.string(),
    origin: z.string(),
    clientId: z.string(),
    clientSecret: z.string(),
  }),
});
