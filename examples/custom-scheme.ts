/**
 * A scheme of the host's own: `npx tsx examples/custom-scheme.ts`. WSSE's UsernameToken proves a password by a digest of it
 * with the time and a nonce, made anew for each request.
 *
 * The built-in HMAC scheme can do this as data; here it shows which methods a scheme has. `test/examples/custom-scheme.test.ts`
 * checks it with the conformance suite of `mooring/testing`.
 */
import { createHash, randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { AuthScheme, Issue, ParamSpec } from "mooring";
import { ConfigurationError, defineApp, MooringToolSet, memoryStorage, ValidationError } from "mooring";

/** What an app says in `settings`. */
interface WsseSettings {
  readonly header: string;
}

/** What a connection keeps, sealed. */
interface WsseCredentials {
  readonly username: string;
  readonly password: string;
}

const HEADER_NAME = /^[\w-]+$/;
/** A quote would end the header's value early. */
const USERNAME = /^[^"\\\s]+$/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function settingsIssue(settings: unknown): Issue | null {
  if (!isObject(settings)) return { path: "(root)", message: "expected an object" };
  const unknown = Object.keys(settings).find((key) => key !== "header");
  if (unknown !== undefined) return { path: unknown, message: "there is no such setting" };
  const isName = typeof settings["header"] === "string" && HEADER_NAME.test(settings["header"]);
  return isName ? null : { path: "header", message: "expected the name of a header" };
}

function required(field: "username" | "password", value: string | undefined, pattern: RegExp): string {
  if (value !== undefined && pattern.test(value)) return value;
  const path = `connectionParams.${field}`;
  const message = value === undefined ? "is missing" : "has a character that cannot be sent";
  throw new ValidationError(`\`${path}\` ${message}.`, { issues: [{ path, message }] });
}

const param = (name: string, displayName: string, secret: boolean): ParamSpec => ({
  name,
  displayName,
  description: `${displayName} of the account`,
  required: true,
  secret,
  default: null,
  aliases: [],
  pattern: null,
});

const digestOf = (text: string): string => createHash("sha1").update(text).digest("base64");

/** WSSE UsernameToken in a header: https://www.xml.com/pub/a/2003/12/17/dive.html */
export function wsse(): AuthScheme<WsseSettings, WsseCredentials> {
  return {
    name: "WSSE",
    parseSettings(settings) {
      const issue = settingsIssue(settings);
      if (issue === null && isObject(settings)) return { header: String(settings["header"]) };
      const issues = issue === null ? [] : [issue];
      throw new ConfigurationError("CONFIG_INVALID", "The WSSE settings are wrong.", { issues });
    },
    parseCredentials(credentials) {
      const { username, password } = isObject(credentials) ? credentials : {};
      if (typeof username === "string" && typeof password === "string") return { username, password };
      throw new TypeError("These are not credentials of WSSE.");
    },
    integrationParams: () => [],
    connectionParams: () => [param("username", "User name", false), param("password", "Password", true)],
    async start({ values }) {
      const username = required("username", values["username"], USERNAME);
      const password = required("password", values["password"], /^.+$/s);
      return { kind: "complete", grant: { credentials: { username, password } } };
    },
    secrets: ({ password }) => [password],
    apply(request, { username, password }, { settings, runtime }) {
      const created = new Date(runtime.clock.now()).toISOString();
      const nonce = randomBytes(16).toString("hex");
      const token = [
        `Username="${username}"`,
        `PasswordDigest="${digestOf(`${nonce}${created}${password}`)}"`,
        `Nonce="${nonce}"`,
        `Created="${created}"`,
      ];
      request.headers.set(settings.header, `UsernameToken ${token.join(", ")}`);
      return request;
    },
  };
}

const journal = defineApp({
  slug: "journal",
  name: "Journal",
  description: "Entries of a journal",
  baseUrl: "https://journal.example",
  authSchemes: [{ scheme: "WSSE", settings: { header: "X-WSSE" } }],
});

/** Connects with a password, and shows what goes out in its place. */
export async function main(log: (line: string) => void = console.log): Promise<void> {
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    apps: [journal],
    schemes: [wsse()],
    fetch: async (input) => {
      const token = input instanceof Request ? input.headers.get("x-wsse") : null;
      return Response.json({ received: token?.replace(/"[^"]*"/g, '"…"') });
    },
  });
  const entity = toolset.getEntity("ada");
  const connectionParams = { username: "ada", password: "correct horse battery staple" };
  await entity.initiateConnection({ app: "journal", connectionParams });
  const connection = await entity.getConnection({ app: "journal" });
  const { received } = await connection.request("/entries").json<{ received: string }>();
  log(received);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
