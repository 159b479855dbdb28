import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { endpoint } from "../url-template.js";

/** GITHUB_APP: tokens of an installation of a GitHub App, renewed every hour. */
export const githubAppSettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("GITHUB_APP"),
    /** The REST API: `https://{host}/api/v3` on GitHub Enterprise Server. */
    apiUrl: endpoint().default("https://api.github.com"),
    /** Where the user installs the app; `{app_slug}` is the integration's. */
    installUrl: endpoint().default("https://github.com/apps/{app_slug}/installations/new"),
    /** Where the code of a user is exchanged. */
    userTokenUrl: endpoint().default("https://github.com/login/oauth/access_token"),
    /** The user installs the app in the browser, or the host's own code knows the installation id (`given`). */
    installation: z.enum(["browser", "given"]).default("browser"),
    /**
     * Whether it is checked that the user who came back may see the installation: its id is in the URL, and anyone can
     * write another there. Needs the app's "Request user authorization (OAuth) during installation". False only where
     * something else makes sure of that.
     */
    verifyUser: z.boolean().default(true),
    apiVersion: z.string().min(1).default("2022-11-28"),
  }),
);
/** Settings of GITHUB_APP, defaults applied. */
export type GithubAppSettings = z.output<ReturnType<typeof githubAppSettings>>;
