import type { KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, isSignedBy } from "./keys.js";

/** What GitHub's REST API does for apps, on this machine: it checks the app's JWTs with node:crypto. */
export interface GithubAppServer {
  readonly origin: string;
  /** Installations by id, with the login of whom they belong to. */
  readonly installations: Map<string, string>;
  /** Requests as `METHOD path`. */
  readonly requests: string[];
  /** The server's time, in seconds. */
  now: number;
  /** Whether lists of installations are answered with a page for people, as a proxy in between may do. */
  isDown: boolean;
  close(): Promise<void>;
}

/** Starts one. A user's code is `code-of-<login>`; each user sees the installations of the same login. */
export async function startGithubAppServer(appId: string, key: KeyObject): Promise<GithubAppServer> {
  const state = { now: 0, isDown: false };
  const installations = new Map<string, string>();
  const requests: string[] = [];
  const tokens = new Map<string, { readonly id: string; readonly until: number }>();

  const isApp = (token: string): boolean => {
    if (!isSignedBy(token, key)) return false;
    const { iss, iat, exp } = decodeJwt(token).claims;
    const [from, until] = [Number(iat), Number(exp)];
    return iss === appId && from <= state.now && until > state.now && until - state.now <= 600;
  };

  const aboutInstallation = (id: string, token: string, wantsToken: boolean): [number, object] => {
    if (!isApp(token)) return [401, { message: "A JSON web token could not be decoded" }];
    const login = installations.get(id);
    if (login === undefined) return [404, { message: "Not Found" }];
    if (!wantsToken) return [200, { id: Number(id), account: { id: 7, login } }];
    const made = `ghs_${id}_${tokens.size + 1}`;
    tokens.set(made, { id, until: state.now + 3_600 });
    const expires_at = new Date((state.now + 3_600) * 1000).toISOString().replace(".000", "");
    return [201, { token: made, expires_at, permissions: { issues: "write", metadata: "read" } }];
  };

  const answer = (
    method: string,
    path: string,
    token: string,
    body: string,
  ): [number, object | string | null] => {
    if (path === "/login/oauth/access_token") {
      const { code } = JSON.parse(body);
      if (!String(code).startsWith("code-of-")) {
        return [
          200,
          { error: "bad_verification_code", error_description: "The code is incorrect or expired." },
        ];
      }
      return [200, { access_token: `user-${String(code).replace("code-of-", "")}` }];
    }
    if (path.startsWith("/user/installations")) {
      if (state.isDown) return [200, "<html>We will be back soon.</html>"];
      const login = token.replace("user-", "");
      const own = [...installations].filter(([, owner]) => owner === login);
      return [200, { installations: own.map(([id]) => ({ id: Number(id) })) }];
    }
    const [, id = "", wantsToken] = /^\/app\/installations\/(\d+)(\/access_tokens)?$/.exec(path) ?? [];
    if (id !== "") return aboutInstallation(id, token, wantsToken !== undefined);
    const known = tokens.get(token);
    if (known === undefined || known.until <= state.now) return [401, { message: "Bad credentials" }];
    if (method === "DELETE" && path === "/installation/token") {
      tokens.delete(token);
      return [204, null];
    }
    return [200, { token }];
  };

  const server = createServer(async (request, response) => {
    const { method = "", url = "" } = request;
    requests.push(`${method} ${url}`);
    const body = Buffer.concat(await request.toArray()).toString();
    const token = (request.headers.authorization ?? "..").replace("Bearer ", "");
    const [status, json] = answer(method, url, token, body);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(json === null ? undefined : JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    origin: `http://127.0.0.1:${port}`,
    installations,
    requests,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
