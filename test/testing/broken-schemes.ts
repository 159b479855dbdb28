import { APPLY_FAULTS } from "./broken-schemes/applying.js";
import { CREDENTIAL_FAULTS } from "./broken-schemes/credentials.js";
import { FAILURE_FAULTS } from "./broken-schemes/failures.js";
import { PARAM_FAULTS } from "./broken-schemes/params.js";
import { RENEWAL_FAULTS } from "./broken-schemes/renewal.js";
import { SECRET_FAULTS } from "./broken-schemes/secrets.js";
import { SETTINGS_FAULTS } from "./broken-schemes/settings.js";
import { SHARING_FAULTS } from "./broken-schemes/sharing.js";
import { START_FAULTS } from "./broken-schemes/starting.js";

/** What is wrong, a scheme in which it is, and a case that finds it. */
export const SCHEME_FAULTS = Object.entries({
  ...SETTINGS_FAULTS,
  ...PARAM_FAULTS,
  ...START_FAULTS,
  ...CREDENTIAL_FAULTS,
  ...APPLY_FAULTS,
  ...SECRET_FAULTS,
  ...RENEWAL_FAULTS,
  ...FAILURE_FAULTS,
  ...SHARING_FAULTS,
});
