// Generated from the files of this folder by scripts/generate-apps.ts (`npm run generate`): edit those instead.
import type { AppDefinition } from "../ports/app.js";
import { github } from "./github.js";
import { gmail } from "./gmail.js";
import { googlecalendar } from "./googlecalendar.js";
import { hackernews } from "./hackernews.js";
import { jira } from "./jira.js";
import { linear } from "./linear.js";
import { notion } from "./notion.js";
import { openweathermap } from "./openweathermap.js";
import { slack } from "./slack.js";

export { github, gmail, googlecalendar, hackernews, jira, linear, notion, openweathermap, slack };

/** Every app of the catalogue, in the order of their slugs. */
export const catalogue: readonly AppDefinition[] = [
  github,
  gmail,
  googlecalendar,
  hackernews,
  jira,
  linear,
  notion,
  openweathermap,
  slack,
];
