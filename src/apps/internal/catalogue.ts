// Generated from the apps in src/apps by scripts/generate-apps.ts (`npm run generate`): edit those instead.
import type { AppDefinition } from "../../ports/app.js";
import { airtable } from "../airtable.js";
import { algolia } from "../algolia.js";
import { amazons3 } from "../amazons3.js";
import { amazonses } from "../amazonses.js";
import { anthropic } from "../anthropic.js";
import { apollo } from "../apollo.js";
import { apple } from "../apple.js";
import { appstoreconnect } from "../appstoreconnect.js";
import { asana } from "../asana.js";
import { auth0 } from "../auth0.js";
import { backmarket } from "../backmarket.js";
import { basecamp } from "../basecamp.js";
import { bigcommerce } from "../bigcommerce.js";
import { binance } from "../binance.js";
import { bitbucket } from "../bitbucket.js";
import { box } from "../box.js";
import { bravesearch } from "../bravesearch.js";
import { brevo } from "../brevo.js";
import { calendly } from "../calendly.js";
import { clickup } from "../clickup.js";
import { cloudflare } from "../cloudflare.js";
import { cloudflarer2 } from "../cloudflarer2.js";
import { confluence } from "../confluence.js";
import { datadog } from "../datadog.js";
import { dayforce } from "../dayforce.js";
import { deepl } from "../deepl.js";
import { digitalocean } from "../digitalocean.js";
import { discogs } from "../discogs.js";
import { discord } from "../discord.js";
import { docusign } from "../docusign.js";
import { dropbox } from "../dropbox.js";
import { duo } from "../duo.js";
import { elevenlabs } from "../elevenlabs.js";
import { exa } from "../exa.js";
import { exactonline } from "../exactonline.js";
import { facebook } from "../facebook.js";
import { figma } from "../figma.js";
import { followupboss } from "../followupboss.js";
import { freshdesk } from "../freshdesk.js";
import { ghost } from "../ghost.js";
import { github } from "../github.js";
import { githubapp } from "../githubapp.js";
import { gitlab } from "../gitlab.js";
import { gmail } from "../gmail.js";
import { googlecalendar } from "../googlecalendar.js";
import { googledocs } from "../googledocs.js";
import { googledrive } from "../googledrive.js";
import { googlesheets } from "../googlesheets.js";
import { greenhouse } from "../greenhouse.js";
import { groq } from "../groq.js";
import { hackernews } from "../hackernews.js";
import { huaweicloudsms } from "../huaweicloudsms.js";
import { hubspot } from "../hubspot.js";
import { hubstaff } from "../hubstaff.js";
import { instagram } from "../instagram.js";
import { intercom } from "../intercom.js";
import { jamfpro } from "../jamfpro.js";
import { jenkins } from "../jenkins.js";
import { jira } from "../jira.js";
import { jiradatacenter } from "../jiradatacenter.js";
import { kraken } from "../kraken.js";
import { linear } from "../linear.js";
import { linearmcp } from "../linearmcp.js";
import { linkedin } from "../linkedin.js";
import { mailchimp } from "../mailchimp.js";
import { mailgun } from "../mailgun.js";
import { microsoftteams } from "../microsoftteams.js";
import { miro } from "../miro.js";
import { mistral } from "../mistral.js";
import { monday } from "../monday.js";
import { neon } from "../neon.js";
import { netlify } from "../netlify.js";
import { netsuite } from "../netsuite.js";
import { notion } from "../notion.js";
import { okta } from "../okta.js";
import { oktaservice } from "../oktaservice.js";
import { onedrive } from "../onedrive.js";
import { openai } from "../openai.js";
import { openrouter } from "../openrouter.js";
import { openweathermap } from "../openweathermap.js";
import { optimizely } from "../optimizely.js";
import { outlook } from "../outlook.js";
import { pagerduty } from "../pagerduty.js";
import { paypal } from "../paypal.js";
import { perplexity } from "../perplexity.js";
import { pipedrive } from "../pipedrive.js";
import { posthog } from "../posthog.js";
import { postmark } from "../postmark.js";
import { printful } from "../printful.js";
import { quickbooks } from "../quickbooks.js";
import { reddit } from "../reddit.js";
import { resend } from "../resend.js";
import { revolut } from "../revolut.js";
import { revolutx } from "../revolutx.js";
import { sageintacct } from "../sageintacct.js";
import { salesforce } from "../salesforce.js";
import { salesforcedatacloud } from "../salesforcedatacloud.js";
import { sapbusinessone } from "../sapbusinessone.js";
import { sendgrid } from "../sendgrid.js";
import { sentry } from "../sentry.js";
import { serpapi } from "../serpapi.js";
import { sharepoint } from "../sharepoint.js";
import { shopify } from "../shopify.js";
import { slack } from "../slack.js";
import { slackuser } from "../slackuser.js";
import { smartsheet } from "../smartsheet.js";
import { snowflake } from "../snowflake.js";
import { spotify } from "../spotify.js";
import { square } from "../square.js";
import { strava } from "../strava.js";
import { stripe } from "../stripe.js";
import { tavily } from "../tavily.js";
import { threads } from "../threads.js";
import { tiktok } from "../tiktok.js";
import { tiktokads } from "../tiktokads.js";
import { trello } from "../trello.js";
import { tripit } from "../tripit.js";
import { twilio } from "../twilio.js";
import { twitch } from "../twitch.js";
import { typeform } from "../typeform.js";
import { untappd } from "../untappd.js";
import { vercel } from "../vercel.js";
import { webflow } from "../webflow.js";
import { withings } from "../withings.js";
import { wrike } from "../wrike.js";
import { x } from "../x.js";
import { xero } from "../xero.js";
import { youtube } from "../youtube.js";
import { zendesk } from "../zendesk.js";
import { zohocrm } from "../zohocrm.js";
import { zoom } from "../zoom.js";
import { zoomserver } from "../zoomserver.js";

/** Every app of the catalogue, in the order of their slugs. */
export const catalogue: readonly AppDefinition[] = [
  airtable,
  algolia,
  amazons3,
  amazonses,
  anthropic,
  apollo,
  apple,
  appstoreconnect,
  asana,
  auth0,
  backmarket,
  basecamp,
  bigcommerce,
  binance,
  bitbucket,
  box,
  bravesearch,
  brevo,
  calendly,
  clickup,
  cloudflare,
  cloudflarer2,
  confluence,
  datadog,
  dayforce,
  deepl,
  digitalocean,
  discogs,
  discord,
  docusign,
  dropbox,
  duo,
  elevenlabs,
  exa,
  exactonline,
  facebook,
  figma,
  followupboss,
  freshdesk,
  ghost,
  github,
  githubapp,
  gitlab,
  gmail,
  googlecalendar,
  googledocs,
  googledrive,
  googlesheets,
  greenhouse,
  groq,
  hackernews,
  huaweicloudsms,
  hubspot,
  hubstaff,
  instagram,
  intercom,
  jamfpro,
  jenkins,
  jira,
  jiradatacenter,
  kraken,
  linear,
  linearmcp,
  linkedin,
  mailchimp,
  mailgun,
  microsoftteams,
  miro,
  mistral,
  monday,
  neon,
  netlify,
  netsuite,
  notion,
  okta,
  oktaservice,
  onedrive,
  openai,
  openrouter,
  openweathermap,
  optimizely,
  outlook,
  pagerduty,
  paypal,
  perplexity,
  pipedrive,
  posthog,
  postmark,
  printful,
  quickbooks,
  reddit,
  resend,
  revolut,
  revolutx,
  sageintacct,
  salesforce,
  salesforcedatacloud,
  sapbusinessone,
  sendgrid,
  sentry,
  serpapi,
  sharepoint,
  shopify,
  slack,
  slackuser,
  smartsheet,
  snowflake,
  spotify,
  square,
  strava,
  stripe,
  tavily,
  threads,
  tiktok,
  tiktokads,
  trello,
  tripit,
  twilio,
  twitch,
  typeform,
  untappd,
  vercel,
  webflow,
  withings,
  wrike,
  x,
  xero,
  youtube,
  zendesk,
  zohocrm,
  zoom,
  zoomserver,
];
