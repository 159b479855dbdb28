import { resolveUrl } from "../../src/http/resolve-url.js";
import type { AppDefinition } from "../../src/ports/app.js";
import type { RequestOptions } from "../../src/ports/request.js";
import { actionContext } from "./actions.js";

/** A request as it would leave, but for the credentials. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What was sent as JSON; null for no body. */
  readonly body: unknown;
}

/** How to run an action. */
export interface AppRun {
  readonly app: AppDefinition;
  readonly action: string;
  readonly args: unknown;
  /** The provider's answers, one for each request in turn; the last one for all further requests. */
  readonly answers?: readonly unknown[];
}

/** Runs an action of an app against recorded answers: what it sent, and what came of it. */
export async function runAction({ app, action: name, args, answers = [{}] }: AppRun) {
  const action = app.actions.find((candidate) => candidate.name === name);
  if (action === undefined) throw new Error(`${app.slug} has no action ${name}`);
  const prepared = action.prepare(args);
  if (!prepared.ok) throw new Error(`expected valid arguments: ${JSON.stringify(prepared.issues)}`);

  const requests: SentRequest[] = [];
  const data = await prepared.run(
    actionContext({
      respond: (path, options) => {
        requests.push(toSent(app, path, options));
        return Response.json(answers[Math.min(requests.length, answers.length) - 1]);
      },
    }),
  );
  return { requests, data };
}

/** The paths of the arguments an action refuses. */
export function refusedBy(app: AppDefinition, name: string, args: unknown): readonly string[] {
  const prepared = app.actions.find((candidate) => candidate.name === name)?.prepare(args);
  if (prepared === undefined || prepared.ok) throw new Error("expected the arguments to be refused");
  return prepared.issues.map(({ path }) => path);
}

function toSent(app: AppDefinition, path: string, options: RequestOptions): SentRequest {
  const { method = "GET", json } = options;
  // Every placeholder of a base URL is filled with the same word.
  const baseUrl = app.baseUrl.replaceAll(/\{\w+\}/g, "acme");
  const origins = [new URL(baseUrl).origin, ...app.origins];
  const url = resolveUrl(path, { baseUrl, origins, method });
  for (const [name, value] of Object.entries(options.searchParams ?? {})) {
    for (const one of [value].flat()) if (one !== undefined) url.searchParams.append(name, String(one));
  }
  const headers = new Headers(app.headers);
  for (const [name, value] of new Headers(options.headers)) headers.set(name, value);
  return {
    method,
    url: url.href,
    headers: Object.fromEntries(headers),
    // As it is on the wire: without what is undefined.
    body: json === undefined ? null : JSON.parse(JSON.stringify(json)),
  };
}
