import { equal } from "../storage-conformance/assertions.js";
import { failureOf, holds, keepsSecrets, numbered, settled } from "./assertions.js";
import type { SchemeChecks } from "./trial.js";
import { throughStorage } from "./trial.js";

const MARKER = "marked-stored-value";
const RUBBISH: Readonly<Record<string, unknown>> = {
  null: null,
  "a number": 42,
  "a text": MARKER,
  "a list": [MARKER],
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const credentialChecks: SchemeChecks = {
  async "are the same after being stored and opened"({ connect, scheme, subject }) {
    for (const user of subject.users) {
      const { credentials } = await connect(user);
      const opened = scheme.parseCredentials(throughStorage(credentials));
      equal(throughStorage(opened), throughStorage(credentials), "credentials opened again");
    }
  },

  async "what is no object is refused, and not quoted"({ scheme }) {
    for (const [what, rubbish] of Object.entries(RUBBISH)) {
      const error = await failureOf(
        () => scheme.parseCredentials(rubbish),
        `${what} in place of credentials`,
      );
      holds(error instanceof Error, `${what} is refused with an Error`);
      keepsSecrets(error, { "stored value": MARKER }, what);
    }
  },

  async "those with a wrong or a missing part are refused, or make up for it, unseen"(trial) {
    const { connect, scheme, subject } = trial;
    for (const user of subject.users) {
      const { credentials } = await connect(user);
      const stored = throughStorage(credentials);
      holds(isRecord(stored), "credentials are an object");
      const secrets = { ...numbered(scheme.secrets(credentials), "secret"), "stored value": MARKER };
      let refused = 0;
      for (const field of Object.keys(stored)) {
        const { [field]: _dropped, ...rest } = stored;
        for (const damaged of [rest, { ...rest, [field]: { marker: MARKER } }]) {
          const outcome = await settled(() => scheme.parseCredentials(damaged));
          if (!("error" in outcome)) continue;
          refused += 1;
          holds(
            outcome.error instanceof Error,
            `credentials with a wrong \`${field}\` are refused with an Error`,
          );
          keepsSecrets(outcome.error, secrets, `credentials with a wrong \`${field}\``);
        }
      }
      holds(refused > 0 || Object.keys(stored).length === 0, "some damage to credentials is refused");
    }
  },

  async "those of another system are read as its own, and rubbish is not"({ connect, scheme, subject }) {
    if (scheme.importCredentials === undefined) return;
    for (const user of subject.users) {
      const { credentials } = await connect(user);
      const imported = scheme.importCredentials(throughStorage(credentials));
      equal(throughStorage(imported), throughStorage(credentials), "its own credentials, imported");
    }
    for (const [what, rubbish] of Object.entries(RUBBISH)) {
      const error = await failureOf(() => scheme.importCredentials?.(rubbish), `importing ${what}`);
      keepsSecrets(error, { "imported value": MARKER }, `importing ${what}`);
    }
  },

  async "expire at a time, or never"({ connect, scheme, settings, subject }) {
    for (const user of subject.users) {
      const { credentials } = await connect(user);
      const expiresAt = scheme.expiresAt?.(credentials) ?? null;
      const isTime = expiresAt === null || (expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime()));
      holds(isTime, "`expiresAt` is a valid Date or null");
    }
    const margin = scheme.refreshMarginMs?.(settings) ?? null;
    holds(margin === null || (Number.isFinite(margin) && margin >= 0), "`refreshMarginMs` is no less than 0");
  },

  "those that need nobody are credentials"({ scheme }) {
    const credentials = scheme.anonymous?.();
    if (credentials === undefined) return;
    equal(
      throughStorage(scheme.parseCredentials(throughStorage(credentials))),
      credentials,
      "stored and opened",
    );
  },
};
