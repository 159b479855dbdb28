import { MooringError } from "../../errors.js";
import { equal } from "../storage-conformance/assertions.js";
import { failureOf, holds, keepsSecrets, kindOf, numbered } from "./assertions.js";
import type { Sent } from "./requests.js";
import { SAMPLE_REQUESTS, sent, shapeOf } from "./requests.js";
import type { SchemeChecks, Trial } from "./trial.js";

/** Tries each request with each user. */
async function eachRequest(
  trial: Trial,
  check: (what: string, before: Sent, after: Sent) => void,
): Promise<void> {
  for (const user of trial.subject.users) {
    const connected = await trial.connect(user);
    for (const { what, make } of trial.requests) {
      check(what, await sent(make()), await sent(await trial.apply(make(), connected)));
    }
  }
}

/** The fields of a JSON object or a form, each value as a text; null for other bodies. */
function fieldsOf({ headers, body }: Sent): readonly (readonly [string, string])[] | null {
  if (body === "") return [];
  const type = headers["content-type"] ?? "";
  if (type.startsWith("application/json")) {
    const parsed: unknown = JSON.parse(body);
    return Object.entries(Object(parsed)).map(([name, value]) => [name, JSON.stringify(value)]);
  }
  return type.startsWith("application/x-www-form-urlencoded") ? [...new URLSearchParams(body)] : null;
}

export const applyChecks: SchemeChecks = {
  async "the method stays, and the URL up to its query"(trial) {
    await eachRequest(trial, (what, before, after) => {
      equal(after.method, before.method, `method of ${what}`);
      const [origin, path] = [new URL(before.url).origin, new URL(before.url).pathname];
      equal(new URL(after.url).origin, origin, `origin of ${what}`);
      equal(new URL(after.url).pathname, path, `path of ${what}`);
    });
  },

  async "the caller's headers and query parameters stay as they are spelt"(trial) {
    await eachRequest(trial, (what, before, after) => {
      for (const [name, value] of Object.entries(before.headers)) {
        equal(after.headers[name], value, `header ${name} of ${what}`);
      }
      const query = new URL(before.url).search.slice(1);
      holds(new URL(after.url).search.slice(1).startsWith(query), `the query of ${what} stays in place`);
    });
  },

  async "a body stays, but for fields that are added to JSON and forms"(trial) {
    await eachRequest(trial, (what, before, after) => {
      if (after.body === before.body) return;
      const [fieldsBefore, fieldsAfter] = [fieldsOf(before), fieldsOf(after)];
      holds(fieldsBefore !== null && fieldsAfter !== null, `the body of ${what} stays as it is`);
      for (const [name, value] of fieldsBefore) {
        const isKept = fieldsAfter.some(([key, kept]) => key === name && kept === value);
        holds(isKept, `the body of ${what} keeps its \`${name}\``);
      }
    });
  },

  async "a request can still be aborted, and follows redirects as the caller said"(trial) {
    const connected = await trial.connect(trial.subject.users[0]);
    for (const { what, make } of trial.requests) {
      const controller = new AbortController();
      const applied = await trial.apply(make({ signal: controller.signal }), connected);
      equal(applied.redirect, "manual", `\`redirect\` of ${what}`);
      controller.abort();
      equal(applied.signal.aborted, true, `whether ${what} is aborted with the caller's signal`);
    }
  },

  async "the same credentials go twice, and are left as they are"(trial) {
    for (const user of trial.subject.users) {
      const connected = await trial.connect(user);
      const before = JSON.stringify(connected.credentials);
      for (const { what, make } of trial.requests) {
        const first = await sent(await trial.apply(make(), connected));
        const second = await sent(await trial.apply(make(), connected));
        equal(shapeOf(second), shapeOf(first), `headers and query parameters of ${what}, sent again`);
      }
      equal(JSON.stringify(connected.credentials), before, "credentials that were used");
    }
  },

  async "what was added is replaced when a request is sent again"(trial) {
    const connected = await trial.connect(trial.subject.users[0]);
    for (const { what, make } of trial.requests) {
      const once = await trial.apply(make(), connected);
      const first = await sent(once.clone());
      const second = await sent(await trial.apply(once, connected));
      equal(shapeOf(second), shapeOf(first), `headers and query parameters of ${what}, applied twice`);
      for (const [name, value] of Object.entries(first.headers)) {
        const isDoubled = second.headers[name] !== value && second.headers[name]?.includes(value) === true;
        holds(!isDoubled, `header ${name} of ${what} is set, not added to, when applied twice`);
      }
    }
  },

  async "many requests at once are each their own"(trial) {
    const connected = await trial.connect(trial.subject.users[0]);
    const together = trial.requests.flatMap((each) => [each, each, each]);
    const applied = together.map(async ({ make }) => sent(await trial.apply(make(), connected)));
    for (const [index, after] of (await Promise.all(applied)).entries()) {
      const { what = "", make } = together[index] ?? {};
      if (make === undefined) continue;
      const alone = await sent(await trial.apply(make(), connected));
      equal([after.method, after.body], [alone.method, alone.body], `${what}, beside others`);
      equal(shapeOf(after), shapeOf(alone), `headers and query parameters of ${what}, beside others`);
    }
  },

  async "a request it has no place in is refused with an error of Mooring"(trial) {
    const connected = await trial.connect(trial.subject.users[0]);
    for (const { what, make } of SAMPLE_REQUESTS) {
      if (trial.requests.some((each) => each.what === what)) continue;
      const error = await failureOf(() => trial.apply(make(), connected), what);
      holds(MooringError.is(error), `${what} is refused with an error of Mooring, not a ${kindOf(error)}`);
      keepsSecrets(error, numbered(trial.scheme.secrets(connected.credentials), "secret"), what);
    }
  },
};
