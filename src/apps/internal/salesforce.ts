const HOST = "((?:[A-Za-z0-9-]+\\.)+salesforce\\.com)";

/** A host of Salesforce's in an answer, with or without `https://` before it. */
export const salesforceHost = (path: string) => ({ path, pattern: `(?:https://)?${HOST}` });

/** Production and sandboxes log in at different hosts. */
export const salesforceLogin = {
  name: "login_host",
  displayName: "Environment",
  description: "`login` for production, `test` for a sandbox",
  required: false,
  default: "login",
  choices: ["login", "test"],
};

/** Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm */
export const salesforceOAuth2 = {
  scheme: "OAUTH2",
  authorizationUrl: "https://{login_host}.salesforce.com/services/oauth2/authorize",
  tokenUrl: "https://{login_host}.salesforce.com/services/oauth2/token",
  revocationUrl: "https://{login_host}.salesforce.com/services/oauth2/revoke",
  tokenResponse: { metadata: { instance_host: salesforceHost("instance_url") } },
} as const;
