import type { SchemeFaults, Vendor, VendorCredentials, VendorSettings } from "./sound.js";
import { soundScheme, trialOf } from "./sound.js";

const alike = trialOf();
/** Kept by a module, so that all instances have it. */
let lastOfAll: VendorCredentials | undefined;
const single: Vendor = soundScheme();

export const SHARING_FAULTS: SchemeFaults = {
  "the trial's two users are one": [
    { ...alike, users: [alike.users[0], alike.users[0]] },
    "sharing: the two users have different secrets",
  ],
  "the first credentials are kept for all": [
    trialOf(({ apply }) => {
      let first: VendorCredentials | undefined;
      return {
        apply(request, credentials, context) {
          first ??= credentials;
          return apply(request, first, context);
        },
      };
    }),
    "sharing: nobody's credentials go with another's request",
  ],
  "nothing of the credentials goes with a request": [
    trialOf(() => ({ apply: (request) => request })),
    "sharing: what the two users have makes their requests differ",
  ],
  "the last user's credentials are kept by the module": [
    trialOf(({ apply, parseCredentials }) => ({
      parseCredentials(stored) {
        lastOfAll = parseCredentials(stored);
        return lastOfAll;
      },
      apply: (request, credentials, context) => apply(request, lastOfAll ?? credentials, context),
    })),
    "sharing: two instances know nothing of each other",
  ],
  "there is one instance for all": [
    { ...trialOf(), create: () => single },
    "sharing: two instances know nothing of each other",
  ],
  "the settings that were read last are used": [
    trialOf(({ apply, parseSettings }) => {
      let last: VendorSettings | undefined;
      return {
        parseSettings(settings) {
          last = parseSettings(settings);
          return last;
        },
        apply: (request, credentials, context) =>
          apply(request, credentials, { ...context, settings: last ?? context.settings }),
      };
    }),
    "sharing: settings are those of the call, not of the last app that was read",
  ],
};
