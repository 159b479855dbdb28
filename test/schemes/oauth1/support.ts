import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import type { FakeClock } from "mooring/testing";
import { HttpResponse, http } from "msw";
import type { SetupServer } from "msw/node";

export const CALLBACK_URL = "https://app.example.com/connect/callback";
export const PROVIDER = "https://acme.example";
export const CONSUMER = { consumer_key: "ck", consumer_secret: "cs" };

export const URLS = {
  requestTokenUrl: `${PROVIDER}/request`,
  authorizationUrl: `${PROVIDER}/authorize`,
  accessTokenUrl: `${PROVIDER}/access`,
};
const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** A toolset with one app of OAuth 1.0, and an integration of it. */
export async function setUp(
  settings: Readonly<Record<string, unknown>> = URLS,
  authConfig: Readonly<Record<string, string>> = CONSUMER,
  options: { readonly clock?: FakeClock } = {},
) {
  const app = defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme's ticket system",
    baseUrl: `${PROVIDER}/api`,
    connectionParams: [
      {
        name: "account_id",
        displayName: "Account",
        description: "Yours",
        required: false,
        pattern: "[\\w-]+",
      },
    ],
    authSchemes: [{ scheme: "OAUTH1", ...settings }],
  });
  const storage = memoryStorage();
  const toolset = new MooringToolSet({ storage, callbackUrl: CALLBACK_URL, apps: [app], ...options });
  await toolset.createIntegration({ app, authConfig });
  return { toolset, entity: toolset.getEntity("ada"), app };
}

/** What a provider answers with temporary credentials and then with a token; the requests as they arrived. */
export function answering(server: SetupServer, first: () => Response, second: () => Response = first) {
  const received: { url: string; authorization: string; body: string }[] = [];
  const noted =
    (answer: () => Response) =>
    async ({ request }: { readonly request: Request }) => {
      const authorization = request.headers.get("authorization") ?? "";
      received.push({ url: request.url, authorization, body: await request.text() });
      return answer();
    };
  server.use(http.all(`${PROVIDER}/request`, noted(first)), http.all(`${PROVIDER}/access`, noted(second)));
  return received;
}
/** An answer with a token. */
export const credentials =
  (token = "t", more = "") =>
  () =>
    new HttpResponse(`oauth_token=${token}&oauth_token_secret=s${more}`, { headers: FORM });
