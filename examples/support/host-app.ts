import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { listen } from "./listen.js";

/** What the host app does when a browser comes back from the provider: says where to send it next. */
export type CallbackRoute = (request: Request, signedInUser: string) => Promise<string>;

/** The app that embeds Mooring, as little of it as a connect flow needs. */
export interface HostApp {
  readonly origin: string;
  /** The redirect URI to register at the provider. */
  readonly callbackUrl: string;
  /** Open it to be signed in to the host app as that user. */
  signInUrl(user: string): string;
  close(): Promise<void>;
}

const signedInUser = (request: IncomingMessage) =>
  decodeURIComponent(/(?:^|; )host_user=([^;]*)/.exec(request.headers.cookie ?? "")?.[1] ?? "");

/**
 * Starts a host app on loopback: `/sign-in?user=…` sets its session cookie, `/connect/callback` is the route the
 * provider sends browsers back to, everything else is a page.
 */
export async function startHostApp(options: { readonly onCallback: CallbackRoute }): Promise<HostApp> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (url.pathname === "/sign-in") {
      const user = encodeURIComponent(url.searchParams.get("user") ?? "");
      response.setHeader("set-cookie", `host_user=${user}; Path=/; HttpOnly; SameSite=Lax`);
      response.end("Signed in.");
    } else if (url.pathname === "/connect/callback") {
      const location = await options.onCallback(new Request(url), signedInUser(request));
      response.writeHead(303, { location }).end();
    } else {
      response.end("Your connections.");
    }
  };
  const http = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(400, { "content-type": "text/plain" });
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  const { origin, close } = await listen(http);
  return {
    origin,
    callbackUrl: `${origin}/connect/callback`,
    signInUrl: (user) => `${origin}/sign-in?user=${encodeURIComponent(user)}`,
    close,
  };
}
