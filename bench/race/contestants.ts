import type { Contestant } from "./contestant.js";
import { badgateway } from "./contestants/badgateway.js";
import { betterAuthContestant } from "./contestants/better-auth.js";
import { googleAuthLibrary } from "./contestants/google-auth-library.js";
import { mooring } from "./contestants/mooring.js";
import { simpleOauth2 } from "./contestants/simple-oauth2.js";

export const CONTESTANTS: readonly Contestant[] = [
  mooring,
  betterAuthContestant,
  simpleOauth2,
  badgateway,
  googleAuthLibrary,
];
