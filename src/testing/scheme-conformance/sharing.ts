import { equal } from "../storage-conformance/assertions.js";
import { findSecrets } from "../storage-conformance/search-secrets.js";
import { holds, numbered } from "./assertions.js";
import { sent, shapeOf } from "./requests.js";
import type { Connected, SchemeChecks, Trial } from "./trial.js";
import { createTrial } from "./trial.js";

async function textsOf({ requests, apply }: Trial, connected: Connected) {
  const all = await Promise.all(requests.map(async ({ make }) => sent(await apply(make(), connected))));
  return { shapes: all.map(shapeOf), text: JSON.stringify(all) };
}

/** Names what is one user's and stands in another's request. */
function strays(
  text: string,
  { scheme }: Trial,
  { credentials }: Connected,
  own: Connected,
): readonly string[] {
  const mine = scheme.secrets(own.credentials);
  const others = scheme.secrets(credentials).filter((secret) => !mine.includes(secret));
  return findSecrets(text, numbered(others, "secret"));
}

export const sharingChecks: SchemeChecks = {
  async "the two users have different secrets"({ connect, scheme, subject }) {
    const [ada, bob] = [await connect(subject.users[0]), await connect(subject.users[1])];
    const [hers, his] = [scheme.secrets(ada.credentials), scheme.secrets(bob.credentials)];
    const isTold = hers.length === 0 || hers.some((secret) => !his.includes(secret));
    holds(isTold, "the `users` of the trial have different secrets");
  },

  async "nobody's credentials go with another's request"(trial) {
    const { users } = trial.subject;
    const [ada, bob] = [await trial.connect(users[0]), await trial.connect(users[1])];
    for (const [own, other] of [
      [ada, bob],
      [bob, ada],
      [ada, bob],
    ] as const) {
      const { text } = await textsOf(trial, own);
      equal(strays(text, trial, other, own), [], "another user's secrets in a request");
    }
  },

  async "what the two users have makes their requests differ"(trial) {
    const { scheme, subject } = trial;
    const [ada, bob] = [await trial.connect(subject.users[0]), await trial.connect(subject.users[1])];
    if (scheme.secrets(ada.credentials).length === 0) return;
    const [hers, his] = [await textsOf(trial, ada), await textsOf(trial, bob)];
    holds(hers.text !== his.text, "requests with the credentials of the two users differ");
  },

  async "two instances know nothing of each other"(trial) {
    const { users } = trial.subject;
    const other = createTrial(trial.subject);
    holds(other.scheme !== trial.scheme, "`create` makes the scheme anew");
    const ada = await trial.connect(users[0]);
    const before = await textsOf(trial, ada);
    const bob = await other.connect(users[1]);
    await textsOf(other, bob);
    const after = await textsOf(trial, ada);
    equal(after.shapes, before.shapes, "headers and query parameters after another instance was used");
    equal(strays(after.text, other, bob, ada), [], "secrets of a user of another instance in a request");
  },

  async "settings are those of the call, not of the last app that was read"(trial) {
    const [user] = trial.subject.users;
    const ada = await trial.connect(user);
    const before = await textsOf(trial, ada);
    // The core reads every app's settings when it is made, with one instance for all of them.
    trial.scheme.parseSettings(trial.subject.otherSettings ?? trial.subject.settings);
    const after = await textsOf(trial, ada);
    equal(after.shapes, before.shapes, "headers and query parameters after other settings were read");
  },
};
