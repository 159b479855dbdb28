import { describe, expect, it } from "vitest";
import { connect } from "./journey.js";

const originOf = (line: string) => line.replace(/^[A-Z]+ /, "").replace(/(:\/\/[^/]+).*/, "$1");

const USERINFO = {
  sub: "u-1",
  organization_id: "o-1",
  user_id: "u-1",
  accounts: [
    { account_id: "a-1", account_name: "Acme", base_uri: "https://demo.docusign.net", is_default: true },
  ],
};

describe("a sandbox", () => {
  it.each([
    ["salesforce", {}, "https://login.salesforce.com", "https://login.salesforce.com"],
    ["salesforce", { login_host: "test" }, "https://test.salesforce.com", "https://test.salesforce.com"],
    ["docusign", {}, "https://account.docusign.com", "https://account.docusign.com"],
    [
      "docusign",
      { account_host: "account-d.docusign.com" },
      "https://account-d.docusign.com",
      "https://account-d.docusign.com",
    ],
    ["square", {}, "https://connect.squareup.com", "https://connect.squareup.com"],
    [
      "square",
      { host: "connect.squareupsandbox.com" },
      "https://connect.squareupsandbox.com",
      "https://connect.squareupsandbox.com",
    ],
    ["quickbooks", {}, "https://appcenter.intuit.com", "https://oauth.platform.intuit.com"],
    [
      "quickbooks",
      { api_host: "sandbox-quickbooks.api.intuit.com" },
      "https://appcenter.intuit.com",
      "https://oauth.platform.intuit.com",
    ],
  ])("of %s (%j) is logged in to and asked for tokens where it is", async (slug, params, login, token) => {
    const { authorize, finish, sent } = await connect(slug, {
      params,
      callback: { code: "c", realmId: "9130347" },
      tokens: { access_token: "at", instance_url: "https://acme.my.salesforce.com" },
      api: { userinfo: USERINFO },
    });
    expect(originOf(authorize)).toBe(login);
    await finish();
    expect(originOf(sent[0]?.line ?? "")).toBe(token);
  });

  it.each([
    [{}, "https://quickbooks.api.intuit.com"],
    [{ api_host: "sandbox-quickbooks.api.intuit.com" }, "https://sandbox-quickbooks.api.intuit.com"],
  ])("of quickbooks (%j) is called where it is", async (params, api) => {
    const { finish, sent } = await connect("quickbooks", {
      params,
      callback: { code: "c", realmId: "9130347" },
    });
    await (await finish()).request("companyinfo/9130347");
    expect(sent.at(-1)?.line).toBe(`GET ${api}/v3/company/9130347/companyinfo/9130347`);
  });
});

describe("a connection param with choices", () => {
  it.each([
    ["quickbooks", "api_host", "quickbooks.api.intuit.com.evil.example"],
    ["salesforce", "login_host", "login.evil.example/"],
    ["exactonline", "country", "nl.evil.example"],
    ["exactonline", "country", "NL"],
  ])("of %s takes nothing else: %s=%s", async (slug, name, value) => {
    await expect(connect(slug, { params: { [name]: value } })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: `connectionParams.${name}` }],
    });
  });

  it.each(["nl", "co.uk", "com"])("of exactonline is what the host ends with: %s", async (country) => {
    const { authorize } = await connect("exactonline", { params: { country } });
    expect(originOf(authorize)).toBe(`https://start.exactonline.${country}`);
  });
});
