import type { RequestOptions, ResponsePromise } from "../../src/ports/request.js";
import type { Action, ActionContext } from "../../src/ports/tool.js";

type Respond = (path: string, options: RequestOptions) => Response | Promise<Response>;

/** A promise of a response with ky's shortcuts. */
export function responsePromise(response: Promise<Response>): ResponsePromise {
  return Object.assign(response, {
    json: async () => (await response).json(),
    text: async () => (await response).text(),
    arrayBuffer: async () => (await response).arrayBuffer(),
    blob: async () => (await response).blob(),
    formData: async () => (await response).formData(),
  });
}

/** A context whose requests are answered by `respond`. */
export function actionContext({ respond = () => new Response() }: { respond?: Respond } = {}): ActionContext {
  return {
    entityId: "user_1",
    connection: null,
    request: (path, options = {}) => responsePromise(Promise.resolve(respond(String(path), options))),
    signal: new AbortController().signal,
  };
}

/** The one request an action makes with these arguments. */
export async function recordedRequest(action: Action, args: unknown) {
  const sent: { path: string; options: RequestOptions }[] = [];
  const prepared = action.prepare(args);
  if (!prepared.ok) throw new Error(`expected valid arguments: ${JSON.stringify(prepared.issues)}`);
  await prepared.run(
    actionContext({
      respond: (path, options) => {
        sent.push({ path, options });
        return new Response();
      },
    }),
  );
  const [first, ...more] = sent;
  if (first === undefined || more.length > 0) throw new Error(`expected one request, got ${sent.length}`);
  return first;
}

/** What a call throws. */
export function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("expected the call to throw");
}
