import { templatesIn } from "../internal/templates.js";
import type { AppAuthScheme } from "./app-auth-scheme.js";

/** A place in an app definition, and what is wrong there. */
interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

/**
 * What is wrong with values of callbacks that stand in the host of a URL: a callback comes through the user's browser, and
 * secrets are sent to those hosts.
 */
export function callbackHostProblems(app: {
  readonly baseUrl: string;
  readonly origins: readonly string[];
  readonly authSchemes: readonly AppAuthScheme[];
}): readonly Problem[] {
  return app.authSchemes.flatMap((auth, index) => {
    if (!("callbackMetadata" in auth)) return [];
    const urls = [app.baseUrl, ...app.origins, ...templatesIn(auth)];
    const hosts = urls.flatMap((url) => /^https?:\/\/([^/?#]*)/.exec(url)?.[1] ?? []);
    const names = Object.entries(auth.callbackMetadata).flatMap(([name, source]) =>
      typeof source === "string" && hosts.some((host) => host.includes(`{${name}}`)) ? [name] : [],
    );
    const message = "stands in a host, and comes through the browser: give `{ parameter, pattern }`";
    return names.map((name) => ({ path: ["authSchemes", index, "callbackMetadata", name], message }));
  });
}
