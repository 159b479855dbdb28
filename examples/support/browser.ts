import { createCookieJar } from "./cookie-jar.js";

/** What the user does on the provider's pages. */
export interface UserDecision {
  /** The account to sign in with, where the page asks. */
  readonly login: string;
  /** Allow, deny, or the scopes left ticked. Default: true. */
  readonly consent?: boolean | readonly string[];
}

/** A page the browser came to rest on. */
export interface VisitedPage {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

/** A user in front of a browser, without a browser. */
export interface Browser {
  /** Opens an authorization URL, signs in, decides, and stops at the callback: its URL, which is not fetched. */
  authorize(url: string | URL, decision: UserDecision): Promise<URL>;
  /**
   * Opens a device flow's page with its code in it (RFC 8628 §3.3.1), signs in and decides: the page it ends at.
   */
  enterCode(url: string | URL, decision: UserDecision): Promise<VisitedPage>;
  /** Opens a page and follows its redirects; with `authorize`'s result, it completes the flow at the app. */
  visit(url: string | URL): Promise<VisitedPage>;
}

const MAX_STEPS = 20;

const isCallback = ({ searchParams }: URL) =>
  searchParams.has("state") && (searchParams.has("code") || searchParams.has("error"));

function fillForm(html: string, { login, consent = true }: UserDecision): URLSearchParams | null {
  if (html.includes('name="login"')) return new URLSearchParams({ login });
  if (!html.includes('name="decision"')) return null;
  if (consent === false) return new URLSearchParams({ decision: "deny" });
  const offered = [...html.matchAll(/name="scope" value="([^"]*)"/g)].map(([, scope = ""]) => scope);
  const ticked = consent === true ? offered : offered.filter((scope) => consent.includes(scope));
  return new URLSearchParams([["decision", "allow"], ...ticked.map((scope) => ["scope", scope])]);
}

/** A form all of whose fields are filled in already. */
function hiddenForm(html: string): { readonly action: string; readonly values: URLSearchParams } {
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    action: /<form[^>]* action="([^"]*)"/.exec(html)?.[1] ?? "",
    values: new URLSearchParams(fields.map(([, name = "", value = ""]) => [name, value])),
  };
}

/**
 * A scripted browser: cookies, redirects, and the two forms of `startAuthorizationServer()`. One per user.
 *
 * @example
 * ```ts
 * const browser = createBrowser();
 * const callbackUrl = await browser.authorize(request.redirectUrl, { login: "ada" });
 * await browser.visit(callbackUrl);
 * ```
 */
export function createBrowser(): Browser {
  const jar = createCookieJar();

  const send = async (url: URL, form: URLSearchParams | null) => {
    const cookie = jar.header(url);
    const response = await fetch(url, {
      redirect: "manual",
      headers: { accept: "text/html", ...(cookie === "" ? {} : { cookie }) },
      ...(form === null ? {} : { method: "POST", body: form }),
    });
    jar.store(url, response.headers);
    const location = response.headers.get("location");
    return { response, next: location === null ? null : new URL(location, url) };
  };

  return {
    async authorize(start, decision) {
      let url = new URL(start);
      let form: URLSearchParams | null = null;
      for (let step = 0; step < MAX_STEPS; step += 1) {
        const { response, next } = await send(url, form);
        const html: string = await response.text();
        if (next !== null) {
          if (isCallback(next)) return next;
          url = next;
          form = null;
        } else {
          form = fillForm(html, decision);
          if (form === null) {
            throw new Error(
              `The browser is stuck at ${url.origin}${url.pathname} (${response.status}): ${html}`,
            );
          }
        }
      }
      throw new Error(`The browser was sent around ${MAX_STEPS} times and never came to a callback.`);
    },

    async enterCode(start, decision) {
      let url = new URL(start);
      let form: URLSearchParams | null = null;
      for (let step = 0; step < MAX_STEPS; step += 1) {
        const { response, next } = await send(url, form);
        const text: string = await response.text();
        const { status } = response;
        const hidden =
          next === null && text.includes('type="hidden" name="user_code"') ? hiddenForm(text) : null;
        form = hidden?.values ?? (next === null ? fillForm(text, decision) : null);
        if (next === null && form === null) return { url, status, text };
        url = next ?? new URL(hidden?.action ?? url, url);
      }
      throw new Error(`The browser was sent around ${MAX_STEPS} times.`);
    },

    async visit(start) {
      let url = new URL(start);
      for (let step = 0; step < MAX_STEPS; step += 1) {
        const { response, next } = await send(url, null);
        const text = await response.text();
        if (next === null) return { url, status: response.status, text };
        url = next;
      }
      throw new Error(`The browser was sent around ${MAX_STEPS} times.`);
    },
  };
}
