import type { AppDefinition } from "../ports/app.js";
import type { AnyAuthScheme, ParamValues } from "../ports/auth-scheme.js";
import type { Fetch } from "../ports/runtime.js";
import { applyChecks } from "./scheme-conformance/applying.js";
import { credentialChecks } from "./scheme-conformance/credentials.js";
import { failureChecks } from "./scheme-conformance/failures.js";
import { paramChecks } from "./scheme-conformance/params.js";
import { refreshChecks } from "./scheme-conformance/renewal.js";
import type { SampleRequest } from "./scheme-conformance/requests.js";
import { secretChecks } from "./scheme-conformance/secrets.js";
import { settingsChecks } from "./scheme-conformance/settings.js";
import { sharingChecks } from "./scheme-conformance/sharing.js";
import { startChecks } from "./scheme-conformance/starting.js";
import { createTrial } from "./scheme-conformance/trial.js";

export type { SampleRequest } from "./scheme-conformance/requests.js";

/** Someone who connects. Secrets have at least eight characters, so that they are not found by chance. */
export interface SchemeUser {
  /** What is given for the scheme's connection params. Default: nothing. */
  readonly values?: ParamValues | undefined;
  /** The connection's params that are not secret. Default: those that were given, and those `start` grants. */
  readonly params?: ParamValues | undefined;
  /** What is stored when the user is connected, for a scheme whose `start` does not end in a connection. */
  readonly credentials?: unknown;
}

/** Input that has to be refused. */
export interface RefusedInput<Input> {
  readonly input: Input;
  /** Path of the wrong field, as the error names it: `placements.0.name`; without `connectionParams` for values. */
  readonly field: string;
}

/** A scheme, and what it needs to be tried. */
export interface SchemeUnderTest {
  /** Makes the scheme; called several times. */
  readonly create: () => AnyAuthScheme;
  /** What `parseSettings` is given. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Settings of another app, with which requests look different. Default: the same. */
  readonly otherSettings?: Readonly<Record<string, unknown>> | undefined;
  /** Settings that are wrong in one field. Unknown keys and what is no object are tried anyway. */
  readonly wrongSettings: readonly RefusedInput<unknown>[];
  /** Two who connect, with different secrets. */
  readonly users: readonly [SchemeUser, SchemeUser];
  /** Values that are wrong in one field. */
  readonly wrongValues: readonly RefusedInput<ParamValues>[];
  /** Requests that have no place for the credentials: what only goes into bodies cannot go into a GET. Default: none. */
  readonly refusedRequests?: readonly SampleRequest[] | undefined;
  /** Default: an app without connection params. */
  readonly app?: AppDefinition | undefined;
  /** The developer's values. Default: none. */
  readonly config?: ParamValues | undefined;
  /**
   * The provider, when all is well: it grants, renews and revokes. An answer to a renewal had best leave out what it may.
   * Default: nobody answers.
   */
  readonly fetch?: Fetch | undefined;
}

/** One case: `run` rejects with an Error that says what was expected, and what happened. */
export interface SchemeConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * What every auth scheme must do, as cases for any test runner. A host's own scheme that passes them all can be given
 * to the toolset. No case needs a network, or waits.
 *
 * @example
 * ```ts
 * const cases = schemeConformance({
 *   create: () => vendorSession(),
 *   settings: { header: "X-Session" },
 *   wrongSettings: [{ input: { header: "" }, field: "header" }],
 *   users: [{ values: { session: "session-of-ada" } }, { values: { session: "session-of-bob" } }],
 *   wrongValues: [{ input: { session: "two\nlines" }, field: "session" }],
 * });
 * for (const { name, run } of cases) test(name, run);
 * ```
 */
export function schemeConformance(subject: SchemeUnderTest): readonly SchemeConformanceCase[] {
  const checks = {
    settings: settingsChecks,
    params: paramChecks,
    start: startChecks,
    credentials: credentialChecks,
    apply: applyChecks,
    secrets: secretChecks,
    renewal: refreshChecks,
    failures: failureChecks,
    sharing: sharingChecks,
  };
  return Object.entries(checks).flatMap(([group, cases]) =>
    Object.entries(cases).map(([name, check]) => ({
      name: `${group}: ${name}`,
      run: async () => check(createTrial(subject)),
    })),
  );
}
