import type { AppDefinition } from "./app.js";

/** What to compare: the scopes an action names with those the connection was granted. */
export interface MissingScopesOptions {
  readonly app: AppDefinition;
  /** Scopes an action names. */
  readonly required: readonly string[];
  /** Scopes the provider granted; empty when it did not say (a pasted token, an API key). */
  readonly granted: readonly string[];
}

/**
 * The required scopes a grant does not hold, wide scopes counted for the narrow ones they include (`impliedScopes`).
 * A grant that lists none is not judged: the provider did not say, and will refuse the request itself.
 */
export function missingScopes({ app, required, granted }: MissingScopesOptions): readonly string[] {
  if (granted.length === 0) return [];
  const held = new Set(granted);
  // A Set that grows while it is walked is walked to its end: what an implied scope implies is counted too.
  for (const scope of held) {
    for (const included of impliedBy(app, scope)) held.add(included);
  }
  return required.filter((scope) => !held.has(scope));
}

function impliedBy(app: AppDefinition, scope: string): readonly string[] {
  return app.authSchemes.flatMap((settings) =>
    "impliedScopes" in settings && Object.hasOwn(settings.impliedScopes, scope)
      ? (settings.impliedScopes[scope] ?? [])
      : [],
  );
}
