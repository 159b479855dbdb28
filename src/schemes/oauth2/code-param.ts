import type { ParamSpec } from "../../ports/auth-scheme.js";

/** What is given instead of a callback. */
export const CODE: ParamSpec = {
  name: "code",
  displayName: "Code",
  description: "Authorization code the provider gave for the installation",
  required: true,
  secret: true,
  default: null,
  aliases: [],
  pattern: null,
};
