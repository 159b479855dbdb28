import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";
import { textToDocument } from "./jira/text-to-document.js";

const issueIdOrKey = z
  .string()
  .regex(/^(?:[A-Za-z][A-Za-z0-9_]*-)?\d+$/)
  .describe("Key of the issue, such as `ENG-123`, or its numeric id.");

/** What a listing shows of an issue; without a list, Jira's search answers with ids only. */
const LISTED_FIELDS = [
  "summary",
  "status",
  "issuetype",
  "priority",
  "assignee",
  "reporter",
  "created",
  "updated",
];

const searchIssues = defineAction({
  name: "JIRA_SEARCH_ISSUES",
  app: "jira",
  description:
    "Searches issues with JQL, such as `project = ENG AND status != Done AND assignee = currentUser() ORDER BY updated DESC`. The query must restrict something: Jira refuses one that could return every issue.",
  tags: ["issues", "search"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    jql: z.string().min(1).describe("Query in the Jira Query Language."),
    fields: z
      .array(z.string())
      .default(LISTED_FIELDS)
      .describe("Fields to return of each issue; `*all` for all."),
    maxResults: z.number().int().min(1).max(100).default(25).describe("Issues per page, 1 to 100."),
    nextPageToken: z
      .string()
      .optional()
      .describe("`nextPageToken` of the page before; leave out for the first."),
  }),
  // Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
  request: { method: "POST", path: "/rest/api/3/search/jql" },
});

const getIssue = defineAction({
  name: "JIRA_GET_ISSUE",
  app: "jira",
  description: "Gets one issue with its fields: summary, description, status, people, dates and comments.",
  tags: ["issues"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    issueIdOrKey,
    fields: z
      .string()
      .optional()
      .describe("Comma-separated fields to return, such as `summary,status,comment`. Default: all."),
  }),
  request: { method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}" },
});

const createIssue = defineAction({
  name: "JIRA_CREATE_ISSUE",
  app: "jira",
  description: "Creates an issue in a project and returns its id and key.",
  tags: ["issues"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    projectKey: z.string().min(1).describe("Key of the project, such as `ENG`."),
    issueType: z.string().min(1).describe("Name of an issue type of that project, such as `Task` or `Bug`."),
    summary: z.string().min(1).max(255).describe("Title of the issue, one line of at most 255 characters."),
    description: z
      .string()
      .optional()
      .describe("Text of the issue, plain text; an empty line starts a paragraph."),
    labels: z.array(z.string().regex(/^\S+$/)).optional().describe("Labels, without spaces."),
    assigneeId: z.string().optional().describe("Account id of the user to assign."),
    parentKey: z
      .string()
      .optional()
      .describe("Key of the parent: an epic, or the issue this is a sub-task of."),
  }),
  execute: ({ projectKey, issueType, summary, description, labels, assigneeId, parentKey }, { request }) =>
    request("/rest/api/3/issue", {
      method: "POST",
      json: {
        fields: {
          project: { key: projectKey },
          issuetype: { name: issueType },
          summary,
          ...(description === undefined ? {} : { description: textToDocument(description) }),
          ...(labels === undefined ? {} : { labels }),
          ...(assigneeId === undefined ? {} : { assignee: { id: assigneeId } }),
          ...(parentKey === undefined ? {} : { parent: { key: parentKey } }),
        },
      },
    }).json(),
});

const addComment = defineAction({
  name: "JIRA_ADD_COMMENT",
  app: "jira",
  description: "Adds a comment to an issue. Watchers are notified.",
  tags: ["issues"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    issueIdOrKey,
    text: z.string().min(1).describe("Text of the comment, plain text; an empty line starts a paragraph."),
  }),
  execute: ({ issueIdOrKey: issue, text }, { request }) =>
    request(`/rest/api/3/issue/${encodeURIComponent(issue)}/comment`, {
      method: "POST",
      json: { body: textToDocument(text) },
    }).json(),
});

const listTransitions = defineAction({
  name: "JIRA_LIST_TRANSITIONS",
  app: "jira",
  description:
    "Lists the status changes an issue's workflow allows now, with their ids. Use it before JIRA_TRANSITION_ISSUE.",
  tags: ["issues", "workflows"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({ issueIdOrKey }),
  request: { method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}/transitions" },
});

const transitionIssue = defineAction({
  name: "JIRA_TRANSITION_ISSUE",
  app: "jira",
  description: "Moves an issue to another status by one of the transitions JIRA_LIST_TRANSITIONS gives.",
  tags: ["issues", "workflows"],
  annotations: { readOnly: false, destructive: true, idempotent: false },
  input: z.strictObject({
    issueIdOrKey,
    transitionId: z.string().min(1).describe("Id of the transition, such as `31`."),
  }),
  execute: async ({ issueIdOrKey: issue, transitionId }, { request }) => {
    // 204, without a body.
    await request(`/rest/api/3/issue/${encodeURIComponent(issue)}/transitions`, {
      method: "POST",
      json: { transition: { id: transitionId } },
    });
    return { issueIdOrKey: issue, transitionId, moved: true };
  },
});

/**
 * Jira Cloud, with an e-mail address and an API token as user name and password. Atlassian means this for scripts and
 * the user's own site; an app offered to the public has to use Atlassian's OAuth, which reaches sites under another
 * base URL.
 *
 * Source: https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/,
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
 */
export const jira = defineApp({
  slug: "jira",
  name: "Jira",
  description: "Issue and project tracking on Atlassian's cloud.",
  categories: ["developer-tools", "project-management"],
  docsUrl: "https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/",
  baseUrl: "https://{subdomain}.atlassian.net",
  headers: { accept: "application/json" },
  connectionParams: [
    {
      name: "subdomain",
      displayName: "Site",
      description: "Your site's name: `acme` if you open Jira at https://acme.atlassian.net.",
    },
  ],
  authSchemes: [
    {
      scheme: "BASIC",
      username: {
        displayName: "E-mail",
        description: "The e-mail address of your Atlassian account",
        template: "{username}",
      },
      password: {
        displayName: "API token",
        description:
          "An API token of your Atlassian account, from https://id.atlassian.com/manage-profile/security/api-tokens",
        template: "{password}",
      },
    },
  ],
  // Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/
  account: { url: "/rest/api/3/myself", id: "accountId", email: "emailAddress", label: "displayName" },
  actions: [searchIssues, getIssue, createIssue, addComment, listTransitions, transitionIssue],
});
