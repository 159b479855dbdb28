import * as z from "zod";
import { AuthorizationError, ConfigurationError, TokenError, ValidationError } from "../../../src/errors.js";
import { rebuildRequest } from "../../../src/internal/rebuild-request.js";
import { setQueryParameter } from "../../../src/internal/set-query-parameter.js";
import type { AuthScheme, ParamSpec, SchemeContext } from "../../../src/ports/auth-scheme.js";
import type { SchemeUnderTest } from "../../../src/testing/index.js";

const settingsSchema = z.strictObject({
  header: z.string().min(1),
  flow: z.enum(["none", "browser", "device"]),
});
const credentialsSchema = z.strictObject({
  key_id: z.string().min(1),
  secret: z.string().min(1),
  token: z.string().min(1),
  expires_at: z.number().int(),
});
export type VendorSettings = z.output<typeof settingsSchema>;
export type VendorCredentials = z.output<typeof credentialsSchema>;
/** A scheme with every method there is. */
export type Vendor = Required<
  Omit<
    AuthScheme<VendorSettings, VendorCredentials>,
    "anonymous" | "checkIntegration" | "hasScopes" | "isChallenge" | "register"
  >
> & {
  anonymous?(): VendorCredentials;
};

const param = (name: string, secret: boolean): ParamSpec => ({
  name,
  displayName: name,
  description: name,
  required: true,
  secret,
  default: null,
  aliases: secret ? ["password"] : [],
  pattern: secret ? null : "[a-z-]+",
});

const DEVICE_FLOW = {
  kind: "device",
  verificationUri: "https://vendor.example/device",
  verificationUriComplete: null,
  userCode: "WDJB-MJHT",
  intervalMs: 5000,
  flow: { device_code: "code" },
} as const;

async function ask(
  { runtime, signal }: SchemeContext<VendorSettings>,
  path: string,
  code: "TOKEN_REFRESH_FAILED" | "TOKEN_REVOKE_FAILED",
) {
  const failure = new TokenError(code, "The vendor does not answer as it should.", { retryable: true });
  try {
    const response = await runtime.fetch(`https://vendor.example/${path}`, {
      method: "POST",
      ...(signal && { signal }),
    });
    if (response.status === 204) return "";
    const answer: unknown = await response.json();
    return z.object({ token: z.string() }).parse(answer).token;
  } catch {
    // Never the cause: it quotes the request.
    return Promise.reject(failure);
  }
}

/** A scheme there is nothing wrong with. */
export function soundScheme(): Vendor {
  const grant = (key_id: string, secret: string) => ({
    credentials: { key_id, secret, token: `token-for-${key_id}`, expires_at: 1 },
    scopes: ["read"],
    params: { region: "eu" },
  });
  return {
    name: "VENDOR",
    parseSettings(settings) {
      const parsed = settingsSchema.safeParse(settings);
      if (parsed.success) return parsed.data;
      const issues = parsed.error.issues.map(({ path, message }) => ({
        path: path.join(".") || "(root)",
        message,
      }));
      throw new ConfigurationError("CONFIG_INVALID", "The settings are wrong.", { issues });
    },
    parseCredentials(credentials) {
      const parsed = credentialsSchema.safeParse(credentials);
      if (parsed.success) return parsed.data;
      throw new TypeError("These are not the vendor's credentials.");
    },
    importCredentials(credentials) {
      return this.parseCredentials(credentials);
    },
    integrationParams: () => [{ ...param("client_secret", true), aliases: [] }],
    connectionParams: () => [param("key_id", false), param("secret", true)],
    interaction: ({ flow }) => flow,
    callbackParameters: () => ["state", "vendor_token"],
    async start({ values, settings, state, runtime }) {
      if (settings.flow === "device") return { ...DEVICE_FLOW, expiresAt: runtime.clock.now() + 600_000 };
      if (settings.flow === "browser") {
        const redirectUrl = `https://vendor.example/authorize?state=${state}`;
        return { kind: "redirect", redirectUrl, flow: { verifier: "v" } };
      }
      const { key_id = "", secret = values["password"] ?? "" } = values;
      if (secret !== "" && !/\s/.test(secret)) return { kind: "complete", grant: grant(key_id, secret) };
      const issues = [{ path: "connectionParams.secret", message: "has white space" }];
      throw new ValidationError("`connectionParams.secret` has white space.", { issues });
    },
    async complete(_context, { url }) {
      const code = url.searchParams.get("code");
      if (code !== null) return grant("ada", code);
      throw new AuthorizationError("AUTHORIZATION_DENIED", "The vendor said no.");
    },
    async poll(context) {
      return { kind: "granted", grant: grant("ada", await ask(context, "poll", "TOKEN_REFRESH_FAILED")) };
    },
    async refresh(context, credentials) {
      const token = await ask(context, "refresh", "TOKEN_REFRESH_FAILED");
      return { credentials: { ...credentials, token } };
    },
    async revoke(context) {
      await ask(context, "revoke", "TOKEN_REVOKE_FAILED");
    },
    expiresAt: ({ expires_at }) => new Date(expires_at),
    refreshMarginMs: () => 60_000,
    secrets: ({ secret, token, key_id }) => [secret, token, btoa(`${key_id}:${secret}`)],
    async apply(request, { key_id, secret, token }, { settings }) {
      request.headers.set("authorization", `Vendor ${btoa(`${key_id}:${secret}`)}`);
      request.headers.set(settings.header, token);
      const url = new URL(request.url);
      url.search = setQueryParameter(url.search.slice(1), "key_id", key_id);
      const hasBody = request.body !== null;
      return rebuildRequest(request, {
        url: url.href,
        ...(hasBody && { body: await request.arrayBuffer() }),
      });
    },
  };
}

/** The sound scheme, some of its methods replaced. */
export function trialOf(
  breakIt: (sound: Vendor) => Partial<Vendor> = () => ({}),
  flow: VendorSettings["flow"] = "none",
): SchemeUnderTest {
  const stored = (name: string) => ({
    key_id: name,
    secret: `secret-of-${name}`,
    token: `token-for-${name}`,
    expires_at: 1,
  });
  const ofFlow = flow !== "none";
  return {
    create() {
      const sound = soundScheme();
      return { ...sound, ...breakIt(sound) };
    },
    settings: { header: "x-token", flow },
    otherSettings: { header: "x-other", flow },
    wrongSettings: [{ input: { header: "", flow }, field: "header" }],
    users: [
      { values: { key_id: "ada", secret: "secret-of-ada" }, ...(ofFlow && { credentials: stored("ada") }) },
      { values: { key_id: "bob", secret: "secret-of-bob" }, ...(ofFlow && { credentials: stored("bob") }) },
    ],
    wrongValues: ofFlow ? [] : [{ input: { key_id: "ada", secret: "secret of ada" }, field: "secret" }],
    config: { client_secret: "secret-of-the-client" },
    fetch: async (input) => {
      const isRevocation = String(input).endsWith("/revoke");
      return isRevocation ? new Response(null, { status: 204 }) : Response.json({ token: "renewed-token" });
    },
  };
}

/** What is wrong, a scheme in which it is, and a case that finds it. */
export type SchemeFaults = Readonly<Record<string, readonly [subject: SchemeUnderTest, detectedBy: string]>>;
