// Generated from the files of this folder by scripts/generate-apps.ts (`npm run generate`): edit those instead.
import type { AppDefinition } from "../ports/app.js";
import { bitbucket } from "./bitbucket.js";
import { box } from "./box.js";
import { bravesearch } from "./bravesearch.js";
import { brevo } from "./brevo.js";
import { calendly } from "./calendly.js";
import { clickup } from "./clickup.js";
import { cloudflare } from "./cloudflare.js";
import { deepl } from "./deepl.js";
import { digitalocean } from "./digitalocean.js";
import { discogs } from "./discogs.js";
import { elevenlabs } from "./elevenlabs.js";
import { exa } from "./exa.js";
import { github } from "./github.js";
import { gitlab } from "./gitlab.js";
import { gmail } from "./gmail.js";
import { googlecalendar } from "./googlecalendar.js";
import { googledocs } from "./googledocs.js";
import { googledrive } from "./googledrive.js";
import { googlesheets } from "./googlesheets.js";
import { groq } from "./groq.js";
import { hackernews } from "./hackernews.js";
import { intercom } from "./intercom.js";
import { jenkins } from "./jenkins.js";
import { jira } from "./jira.js";
import { linear } from "./linear.js";
import { miro } from "./miro.js";
import { mistral } from "./mistral.js";
import { monday } from "./monday.js";
import { neon } from "./neon.js";
import { netlify } from "./netlify.js";
import { netsuite } from "./netsuite.js";
import { notion } from "./notion.js";
import { openrouter } from "./openrouter.js";
import { openweathermap } from "./openweathermap.js";
import { pagerduty } from "./pagerduty.js";
import { perplexity } from "./perplexity.js";
import { postmark } from "./postmark.js";
import { resend } from "./resend.js";
import { serpapi } from "./serpapi.js";
import { slack } from "./slack.js";
import { tavily } from "./tavily.js";
import { trello } from "./trello.js";
import { tripit } from "./tripit.js";
import { twitter } from "./twitter.js";
import { typeform } from "./typeform.js";
import { vercel } from "./vercel.js";
import { webflow } from "./webflow.js";
import { wrike } from "./wrike.js";
import { youtube } from "./youtube.js";

export {
  bitbucket,
  box,
  bravesearch,
  brevo,
  calendly,
  clickup,
  cloudflare,
  deepl,
  digitalocean,
  discogs,
  elevenlabs,
  exa,
  github,
  gitlab,
  gmail,
  googlecalendar,
  googledocs,
  googledrive,
  googlesheets,
  groq,
  hackernews,
  intercom,
  jenkins,
  jira,
  linear,
  miro,
  mistral,
  monday,
  neon,
  netlify,
  netsuite,
  notion,
  openrouter,
  openweathermap,
  pagerduty,
  perplexity,
  postmark,
  resend,
  serpapi,
  slack,
  tavily,
  trello,
  tripit,
  twitter,
  typeform,
  vercel,
  webflow,
  wrike,
  youtube,
};

/** Every app of the catalogue, in the order of their slugs. */
export const catalogue: readonly AppDefinition[] = [
  bitbucket,
  box,
  bravesearch,
  brevo,
  calendly,
  clickup,
  cloudflare,
  deepl,
  digitalocean,
  discogs,
  elevenlabs,
  exa,
  github,
  gitlab,
  gmail,
  googlecalendar,
  googledocs,
  googledrive,
  googlesheets,
  groq,
  hackernews,
  intercom,
  jenkins,
  jira,
  linear,
  miro,
  mistral,
  monday,
  neon,
  netlify,
  netsuite,
  notion,
  openrouter,
  openweathermap,
  pagerduty,
  perplexity,
  postmark,
  resend,
  serpapi,
  slack,
  tavily,
  trello,
  tripit,
  twitter,
  typeform,
  vercel,
  webflow,
  wrike,
  youtube,
];
