import type { Grant } from "../../ports/auth-scheme.js";
import { interactionOf } from "../../ports/auth-scheme.js";
import { isSafeEndpoint } from "../../ports/url-template.js";
import { equal } from "../storage-conformance/assertions.js";
import { findSecrets } from "../storage-conformance/search-secrets.js";
import { failureOf, holds, isJson, keepsSecrets, namesField } from "./assertions.js";
import type { SchemeChecks } from "./trial.js";
import { specOf } from "./trial.js";

const METHODS = { none: null, browser: "complete", device: "poll" } as const;
const KINDS = { none: "complete", browser: "redirect", device: "device" } as const;

function isGrant({ scopes, params, account }: Grant<unknown>): void {
  const areTexts = (values: readonly unknown[]) => values.every((value) => typeof value === "string");
  holds(scopes === undefined || areTexts(scopes), "granted scopes are a list of texts");
  holds(params === undefined || areTexts(Object.values(params)), "granted params are texts");
  holds(account === undefined || typeof account === "object", "a granted account is an object");
}

export const startChecks: SchemeChecks = {
  async "ends as `interaction` says, and has the method that goes on from there"(trial) {
    const interaction = interactionOf(trial.scheme, trial.settings);
    const started = await trial.start(trial.subject.users[0]);
    equal(started.kind, KINDS[interaction], `\`kind\` of a start with interaction ${interaction}`);
    const method = METHODS[interaction];
    holds(method === null || trial.scheme[method] !== undefined, `there is a method \`${method}\``);
  },

  async "what it gives survives being stored"(trial) {
    for (const user of trial.subject.users) {
      const started = await trial.start(user);
      if (started.kind === "complete") holds(isJson(started.grant.credentials), "credentials are JSON");
      else holds(isJson(started.flow), "a flow is JSON");
    }
  },

  async "a connection that is ready has texts for scopes and params, and no secret among them"(trial) {
    for (const user of trial.subject.users) {
      const started = await trial.start(user);
      if (started.kind !== "complete") continue;
      isGrant(started.grant);
      const found = findSecrets(JSON.stringify(started.grant.params ?? {}), trial.given(user));
      equal(found, [], "secrets among the granted params");
    }
  },

  async "a redirect goes to a safe URL, and says what it comes back with"(trial) {
    const started = await trial.start(trial.subject.users[0]);
    if (started.kind !== "redirect") return;
    holds(isSafeEndpoint(started.redirectUrl.replace(/#.*$/, "")), "`redirectUrl` is https, or on loopback");
    const known = trial.scheme.callbackParameters?.(trial.settings) ?? ["state"];
    const { callbackKey } = started;
    if (callbackKey !== undefined) {
      holds(known.includes(callbackKey.parameter), "`callbackKey` is one of `callbackParameters`");
      holds(callbackKey.value !== "", "`callbackKey` has a value");
      return;
    }
    const isSent = decodeURIComponent(started.redirectUrl).includes(trial.state);
    holds(isSent, "`redirectUrl` holds the state, where there is no `callbackKey`");
  },

  async "a redirect shows no secret"(trial) {
    const [user] = trial.subject.users;
    const started = await trial.start(user);
    if (started.kind !== "redirect") return;
    equal(findSecrets(started.redirectUrl, trial.given(user)), [], "secrets in `redirectUrl`");
  },

  async "a device flow says where, which code, how often and until when"(trial) {
    const started = await trial.start(trial.subject.users[0]);
    if (started.kind !== "device") return;
    const { verificationUri, verificationUriComplete, userCode, intervalMs, expiresAt } = started;
    holds(isSafeEndpoint(verificationUri), "`verificationUri` is https, or on loopback");
    const complete = verificationUriComplete ?? verificationUri;
    holds(isSafeEndpoint(complete), "`verificationUriComplete` is https, or on loopback");
    holds(userCode.trim() !== "", "`userCode` is a text");
    holds(Number.isFinite(intervalMs) && intervalMs > 0, "`intervalMs` is more than nothing");
    holds(expiresAt > trial.context().runtime.clock.now(), "`expiresAt` is to come, in milliseconds");
  },

  async "a wrong value is refused by its field, unseen and unsent"(trial) {
    let calls = 0;
    const count = () => {
      calls += 1;
      return Promise.reject(new TypeError("fetch failed"));
    };
    for (const { input, field } of trial.subject.wrongValues) {
      // The core holds values to the param's pattern: such a one never gets to `start`.
      const pattern = specOf(trial.connectionParams, field)?.pattern ?? null;
      if (pattern !== null && !new RegExp(`^(?:${pattern})$`, "u").test(input[field] ?? "")) continue;
      const what = `a wrong \`${field}\``;
      const error = await failureOf(() => trial.start({ values: input }, count), what);
      namesField(error, { name: "ValidationError", field: `connectionParams.${field}`, what });
      const { [field]: value } = input;
      if (value !== undefined && value.length >= 8) keepsSecrets(error, { [field]: value }, what);
    }
    equal(calls, 0, "requests sent for wrong values");
  },
};
