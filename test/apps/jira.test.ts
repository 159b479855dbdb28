import { describe, expect, it } from "vitest";
import { jira } from "../../src/apps/jira.js";
import { refusedBy, runAction } from "../support/app-requests.js";

const API = "https://acme.atlassian.net/rest/api/3";
const documentOf = (text: string) => ({
  type: "doc",
  version: 1,
  content: [{ type: "paragraph", content: [{ type: "text", text }] }],
});

const golden: Readonly<Record<string, { args: unknown; method: string; url: string; body?: unknown }>> = {
  JIRA_SEARCH_ISSUES: {
    args: { jql: "project = ENG", fields: ["summary"], maxResults: 5, nextPageToken: "p2" },
    method: "POST",
    url: `${API}/search/jql`,
    body: { jql: "project = ENG", fields: ["summary"], maxResults: 5, nextPageToken: "p2" },
  },
  JIRA_GET_ISSUE: {
    args: { issueIdOrKey: "ENG-1", fields: "summary,status" },
    method: "GET",
    url: `${API}/issue/ENG-1?fields=summary%2Cstatus`,
  },
  JIRA_CREATE_ISSUE: {
    args: {
      projectKey: "ENG",
      issueType: "Bug",
      summary: "It crashes",
      description: "On start.",
      labels: ["ui"],
    },
    method: "POST",
    url: `${API}/issue`,
    body: {
      fields: {
        project: { key: "ENG" },
        issuetype: { name: "Bug" },
        summary: "It crashes",
        description: documentOf("On start."),
        labels: ["ui"],
      },
    },
  },
  JIRA_ADD_COMMENT: {
    args: { issueIdOrKey: "ENG-1", text: "Me too." },
    method: "POST",
    url: `${API}/issue/ENG-1/comment`,
    body: { body: documentOf("Me too.") },
  },
  JIRA_LIST_TRANSITIONS: {
    args: { issueIdOrKey: "10001" },
    method: "GET",
    url: `${API}/issue/10001/transitions`,
  },
  JIRA_TRANSITION_ISSUE: {
    args: { issueIdOrKey: "ENG-1", transitionId: "31" },
    method: "POST",
    url: `${API}/issue/ENG-1/transitions`,
    body: { transition: { id: "31" } },
  },
};

describe("jira", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(jira.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented request", async (action, expected) => {
    const { args, method, url, body = null } = expected;
    const { requests } = await runAction({ app: jira, action, args });
    expect(requests).toEqual([{ method, url, headers: { accept: "application/json" }, body }]);
  });

  it("asks for readable fields, since Jira's search gives ids only by itself", async () => {
    const args = { jql: "project = ENG" };
    const { requests } = await runAction({ app: jira, action: "JIRA_SEARCH_ISSUES", args });
    expect(requests).toMatchObject([{ body: { fields: expect.arrayContaining(["summary", "status"]) } }]);
  });

  it("says what a transition did, since Jira answers it with nothing", async () => {
    const args = { issueIdOrKey: "ENG-1", transitionId: "31" };
    const { data } = await runAction({ app: jira, action: "JIRA_TRANSITION_ISSUE", args });
    expect(data).toEqual({ ...args, moved: true });
  });

  it.each(["../myself", "ENG 1", "ENG", ""])("refuses %j for an issue", (issueIdOrKey) => {
    expect(refusedBy(jira, "JIRA_ADD_COMMENT", { issueIdOrKey, text: "x" })).toEqual(["issueIdOrKey"]);
  });
});
