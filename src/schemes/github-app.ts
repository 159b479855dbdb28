import * as z from "zod";
import { AuthorizationError } from "../errors.js";
import { lazy } from "../internal/lazy.js";
import type { AuthScheme, ParamSpec, SchemeCallback } from "../ports/auth-scheme.js";
import type { GithubAppSettings } from "../ports/scheme-settings/github-app.js";
import { githubAppSettings } from "../ports/scheme-settings/github-app.js";
import { endpointUrl } from "./internal/endpoint-url.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { headerText } from "./internal/texts.js";

const INSTALLATION_ID = /^[1-9]\d{0,19}$/;

const credentialsSchema = lazy(() =>
  z.strictObject({
    installation_id: z.string().regex(INSTALLATION_ID),
    access_token: headerText(),
    /** When the access token expires, in milliseconds since the epoch. */
    expires_at: z.number().int().nonnegative(),
  }),
);
/** What a GITHUB_APP connection keeps, sealed. */
export type GithubAppCredentials = z.output<ReturnType<typeof credentialsSchema>>;

const spec = (
  name: string,
  displayName: string,
  {
    description = displayName,
    secret = false,
    pattern = null,
  }: { description?: string; secret?: boolean; pattern?: string | null } = {},
): ParamSpec => ({
  name,
  displayName,
  description,
  required: true,
  secret,
  default: null,
  aliases: [],
  pattern,
});

const APP_PARAMS = [
  spec("app_id", "App id", {
    description: "App id or client id of the GitHub App",
    pattern: "[A-Za-z0-9._-]+",
  }),
  spec("private_key", "Private key", { description: "Private key of the GitHub App (PEM)", secret: true }),
];
const SLUG = spec("app_slug", "App slug", {
  description: "Name of the GitHub App in its URL: github.com/apps/…",
  pattern: "[A-Za-z0-9-]+",
});
const CLIENT_PARAMS = [
  spec("client_id", "Client id", { description: "Client id of the GitHub App" }),
  spec("client_secret", "Client secret", { description: "Client secret of the GitHub App", secret: true }),
];
const GIVEN = spec("installation_id", "Installation id", {
  description: "Id of the app's installation",
  pattern: INSTALLATION_ID.source.slice(1, -1),
});

/** The installation a callback names. */
function installationIn({ url }: SchemeCallback): string {
  const id = url.searchParams.get("installation_id");
  const action = url.searchParams.get("setup_action");
  const error = url.searchParams.get("error");
  if (error === null && id !== null && INSTALLATION_ID.test(id) && action !== "request") return id;
  if (error === null && action === "request") {
    throw new AuthorizationError(
      "AUTHORIZATION_FAILED",
      "The installation waits for an owner's approval at GitHub.",
      {
        hint: "Start again once the owner has approved it.",
      },
    );
  }
  const isDenied = error === "access_denied";
  throw new AuthorizationError(
    isDenied ? "AUTHORIZATION_DENIED" : "AUTHORIZATION_FAILED",
    error === null ? "The callback names no installation." : "GitHub did not authorize the connection.",
    {
      providerError: error !== null && /^\w{1,64}$/.test(error) ? error : null,
      hint: isDenied ? "The user said no, or may not say yes." : "Start the connection again.",
    },
  );
}

/**
 * Installations of a GitHub App: the user installs it in the browser, and the app's key gets tokens of the installation,
 * which live an hour and are renewed before. See
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
 *
 * @example
 * ```ts
 * const authSchemes = [{ scheme: "GITHUB_APP" }];
 * await toolset.createIntegration({ app, authConfig: { app_id, app_slug, private_key, client_id, client_secret } });
 * ```
 */
export function githubApp(): AuthScheme<GithubAppSettings, GithubAppCredentials> {
  return {
    name: "GITHUB_APP",
    parseSettings: (settings) => parseSettings(githubAppSettings(), "GITHUB_APP", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "GITHUB_APP", credentials),
    integrationParams: (_app, { installation, verifyUser }) =>
      installation === "given" ? APP_PARAMS : [...APP_PARAMS, SLUG, ...(verifyUser ? CLIENT_PARAMS : [])],
    connectionParams: (_app, { installation }) => (installation === "given" ? [GIVEN] : []),
    interaction: ({ installation }) => (installation === "given" ? "none" : "browser"),
    hasScopes: () => false,
    async checkIntegration({ config: { private_key } }) {
      const { assertKey } = await import("./github-app/api.js");
      if (private_key !== undefined) await assertKey(private_key);
    },
    async start(context) {
      const { settings, config, params, state, values } = context;
      if (settings.installation === "given") {
        const { connectInstallation } = await import("./github-app/api.js");
        const grant = await connectInstallation(context, values["installation_id"] ?? "");
        return { kind: "complete", grant };
      }
      const known = { ...params, app_slug: config["app_slug"] ?? "" };
      const url = new URL(endpointUrl("installUrl", settings.installUrl, known));
      url.searchParams.set("state", state);
      return { kind: "redirect", redirectUrl: url.href, flow: {} };
    },
    async complete(context, callback) {
      const installationId = installationIn(callback);
      const { connectInstallation, verifyUser } = await import("./github-app/api.js");
      const code = callback.url.searchParams.get("code");
      if (context.settings.verifyUser) await verifyUser(context, { code, installationId });
      return connectInstallation(context, installationId);
    },
    async refresh(context, { installation_id, access_token }) {
      const { installationToken } = await import("./github-app/api.js");
      return installationToken(context, installation_id, access_token);
    },
    async revoke(context, { access_token }) {
      const { revokeToken } = await import("./github-app/api.js");
      return revokeToken(context, access_token);
    },
    expiresAt: ({ expires_at }) => new Date(expires_at),
    secrets: ({ access_token }) => [access_token],
    apply(request, { access_token }) {
      request.headers.set("authorization", `Bearer ${access_token}`);
      return request;
    },
  };
}
