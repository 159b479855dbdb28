import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AuthorizationServer, Introspection } from "./authorization-server.js";
import { listen } from "./listen.js";

/** One ticket of the tracker. */
export interface TrackerIssue {
  readonly number: number;
  readonly title: string;
  /** Subject of the token that made it. */
  readonly author: string;
}

/** One request the API saw. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** Subject of the token; null when it was refused. */
  readonly subject: string | null;
  readonly status: number;
}

/** The running API. */
export interface ProtectedApi {
  /** Root of the API: `GET /me`, `GET /issues` (one's own), `POST /issues`. */
  readonly baseUrl: string;
  /** Every request, in order of answering. */
  readonly requests: readonly ApiRequest[];
  readonly issues: readonly TrackerIssue[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const REQUIRED_SCOPE: Readonly<Record<string, string>> = {
  "GET /issues": "issues:read",
  "POST /issues": "issues:write",
};

const bearerError = (status: number, error: string): Answer => ({
  status,
  body: { message: error },
  headers: { "www-authenticate": `Bearer error="${error}"` },
});

async function titleOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof body !== "object" || body === null || !("title" in body)) return null;
    return typeof body.title === "string" ? body.title : null;
  } catch {
    return null;
  }
}

/**
 * Starts a small REST API on loopback that asks the authorization server about the bearer token on each request
 * (RFC 7662): 401 with `WWW-Authenticate` when it is unknown, revoked or expired (RFC 6750 §3), 403 when the scope is missing.
 */
export async function startProtectedApi(options: {
  readonly authorizationServer: Pick<AuthorizationServer, "introspect">;
}): Promise<ProtectedApi> {
  const requests: ApiRequest[] = [];
  const issues: TrackerIssue[] = [];

  const route = async (request: IncomingMessage, endpoint: string, sub: string): Promise<Answer> => {
    switch (endpoint) {
      case "GET /me":
        return { status: 200, body: { id: sub, login: sub, email: `${sub}@acme.example` } };
      case "GET /issues":
        return { status: 200, body: issues.filter(({ author }) => author === sub) };
      case "POST /issues": {
        const title = await titleOf(request);
        if (title === null) return { status: 422, body: { message: "title: expected a string" } };
        const issue = { number: issues.length + 1, title, author: sub };
        issues.push(issue);
        return { status: 201, body: issue };
      }
      default:
        return { status: 404, body: { message: "Not found" } };
    }
  };

  const authorize = (token: Introspection, endpoint: string): Answer | null => {
    if (!token.active || token.sub === undefined) return bearerError(401, "invalid_token");
    const scope = REQUIRED_SCOPE[endpoint];
    const granted = scope === undefined || token.scope?.split(" ").includes(scope) === true;
    return granted ? null : bearerError(403, "insufficient_scope");
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const method = request.method ?? "GET";
    const { pathname: path } = new URL(request.url ?? "/", "http://localhost");
    const [, bearer = null] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
    const token = bearer === null ? { active: false } : await options.authorizationServer.introspect(bearer);
    const endpoint = `${method} ${path}`;
    const refusal = authorize(token, endpoint);
    const answer = refusal ?? (await route(request, endpoint, token.sub ?? ""));
    requests.push({
      method,
      path,
      subject: refusal === null ? (token.sub ?? null) : null,
      status: answer.status,
    });
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify(answer.body));
  };

  const http = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: String(error) }));
    });
  });
  const { origin, close } = await listen(http);
  return { baseUrl: origin, requests, issues, close };
}
