import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";
import { readContents } from "./github/read-contents.js";

const isName = (name: string) => /^[\w.-]+$/.test(name) && name !== "." && name !== "..";
const owner = z
  .string()
  .refine(isName, "the account's login: letters, digits, `-`")
  .describe("Account that owns the repository: a user or an organisation, such as `octocat`.");
const repo = z
  .string()
  .refine(isName, "the repository's name without the owner: letters, digits, `-`, `_`, `.`")
  .describe("Name of the repository without the owner, such as `hello-world`.");
const issueNumber = z
  .number()
  .int()
  .positive()
  .describe("Number of the issue or pull request, as in its URL.");
const perPage = z.number().int().min(1).max(100).default(30).describe("Results per page, 1 to 100.");
const page = z.number().int().min(1).default(1).describe("Page to fetch, counted from 1.");

const getMe = defineAction({
  name: "GITHUB_GET_ME",
  app: "github",
  description:
    "Gets the profile of the connected GitHub user: login, name, public email. Use it to find out whose account this is, or the login that `assignee:` and `author:` filters need.",
  tags: ["users"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({}),
  request: { method: "GET", path: "/user" },
});

const listIssues = defineAction({
  name: "GITHUB_LIST_ISSUES",
  app: "github",
  description:
    "Lists issues of one repository, newest first, with title, body, labels, assignees and state. Pull requests are listed too: they have a `pull_request` field. Use GITHUB_SEARCH_ISSUES to search by text or across repositories.",
  tags: ["issues"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    owner,
    repo,
    state: z.enum(["open", "closed", "all"]).default("open").describe("Which issues to list."),
    labels: z.string().optional().describe("Comma-separated label names; an issue must have all of them."),
    assignee: z
      .string()
      .optional()
      .describe("Login of the assignee, `none` for issues without one, `*` for issues with any."),
    creator: z.string().optional().describe("Login of the user who opened the issue."),
    since: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("Only issues updated at or after this time (ISO 8601, such as `2026-01-31T00:00:00Z`)."),
    sort: z.enum(["created", "updated", "comments"]).default("created").describe("What to sort by."),
    direction: z.enum(["asc", "desc"]).default("desc").describe("Sort direction."),
    per_page: perPage,
    page,
  }),
  request: { method: "GET", path: "/repos/{owner}/{repo}/issues" },
});

const createIssue = defineAction({
  name: "GITHUB_CREATE_ISSUE",
  app: "github",
  description:
    "Opens an issue in a repository and returns it with its number and URL. Labels and assignees need push access and are silently dropped without it.",
  tags: ["issues"],
  scopes: ["public_repo"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    owner,
    repo,
    title: z.string().min(1).describe("Title of the issue, one line."),
    body: z.string().optional().describe("Text of the issue, in GitHub-flavoured Markdown."),
    labels: z.array(z.string()).optional().describe("Names of labels to add."),
    assignees: z.array(z.string()).optional().describe("Logins of the users to assign."),
    milestone: z
      .number()
      .int()
      .positive()
      .optional()
      .describe("Number of the milestone to add the issue to."),
  }),
  request: { method: "POST", path: "/repos/{owner}/{repo}/issues" },
});

const createIssueComment = defineAction({
  name: "GITHUB_CREATE_ISSUE_COMMENT",
  app: "github",
  description: "Adds a comment to an issue or to a pull request's conversation. Subscribers are notified.",
  tags: ["issues", "pull-requests"],
  scopes: ["public_repo"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    owner,
    repo,
    issue_number: issueNumber,
    body: z.string().min(1).describe("Text of the comment, in GitHub-flavoured Markdown."),
  }),
  request: { method: "POST", path: "/repos/{owner}/{repo}/issues/{issue_number}/comments" },
});

const searchIssues = defineAction({
  name: "GITHUB_SEARCH_ISSUES",
  app: "github",
  description:
    "Searches issues and pull requests in all repositories the user can see. Use GitHub's search syntax, such as `repo:octocat/hello-world is:issue is:open label:bug crash`; `@me` stands for the connected user.",
  tags: ["issues", "pull-requests", "search"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    query: z
      .string()
      .min(1)
      .describe("Words and qualifiers: `repo:`, `is:issue`, `is:pr`, `is:open`, `author:`, `label:`."),
    sort: z
      .enum(["comments", "reactions", "interactions", "created", "updated"])
      .optional()
      .describe("What to sort by. Default: best match."),
    order: z.enum(["asc", "desc"]).default("desc").describe("Sort direction; has no effect without `sort`."),
    per_page: perPage,
    page,
  }),
  request: { method: "GET", path: "/search/issues", rename: { query: "q" } },
});

const getFileContents = defineAction({
  name: "GITHUB_GET_FILE_CONTENTS",
  app: "github",
  description:
    "Reads a text file of a repository, or lists a directory. A file comes with its text (null for binary files and files over 1 MB) and its `sha`; a directory with the names, types and sizes of its entries.",
  tags: ["repositories"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    owner,
    repo,
    path: z
      .string()
      .refine((path) => !path.split("/").some((segment) => segment === "." || segment === ".."), {
        message: "a path from the repository's root, without `.` and `..` segments",
      })
      .describe("Path from the repository's root, such as `src/index.ts`; empty for the root directory."),
    ref: z
      .string()
      .min(1)
      .optional()
      .describe("Branch, tag or commit. Default: the repository's default branch."),
  }),
  execute: (input, { request }) => readContents(request, input),
});

/**
 * GitHub.
 *
 * The OAuth facts are those of OAuth apps; the user tokens of GitHub Apps come from the same endpoints. Two differ from
 * RFC 6749 and are data here: the token endpoint answers in form encoding unless asked for JSON, and reports errors with
 * status 200. Tokens do not expire unless the GitHub App says so. The endpoints are those of the cross-check list.
 *
 * Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps,
 * https://docs.github.com/en/rest/issues/issues, https://docs.github.com/en/rest/search/search
 */
export const github = defineApp({
  slug: "github",
  name: "GitHub",
  description: "Code hosting: repositories, issues and pull requests.",
  categories: ["developer-tools"],
  docsUrl: "https://docs.github.com/en/rest",
  baseUrl: "https://api.github.com",
  headers: {
    accept: "application/vnd.github+json",
    // Supported until at least March 2028. Source: https://docs.github.com/en/rest/about-the-rest-api/api-versions
    "x-github-api-version": "2022-11-28",
    // Requests without one are refused.
    // Source: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
    "user-agent": "mooring",
  },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://github.com/login/oauth/authorize",
      tokenUrl: "https://github.com/login/oauth/access_token",
      tokenRequestHeaders: { accept: "application/json" },
      clientAuthentication: "client_secret_post",
      // `repo` is the only OAuth scope that reaches issues of private repositories.
      scopes: ["repo", "read:user"],
      // GitHub itself drops included scopes from the granted list ("normalized scopes").
      // Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
      impliedScopes: {
        repo: ["public_repo", "repo:status", "repo_deployment", "repo:invite", "security_events"],
        user: ["read:user", "user:email", "user:follow"],
      },
      // Not RFC 7009: ends the whole grant, with the client's own credentials.
      // Source: https://docs.github.com/en/rest/apps/oauth-applications#delete-an-app-authorization
      revocationRequest: {
        method: "DELETE",
        url: "https://api.github.com/applications/{client_id}/grant",
        authentication: "client_secret_basic",
        json: { access_token: "{token}" },
        headers: {
          accept: "application/vnd.github+json",
          "x-github-api-version": "2022-11-28",
          "user-agent": "mooring",
        },
      },
    },
    { scheme: "BEARER_TOKEN" },
  ],
  // Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
  rateLimit: {
    statuses: [403],
    remaining: "x-ratelimit-remaining",
    reset: { header: "x-ratelimit-reset", unit: "epoch" },
  },
  // Source: https://docs.github.com/en/rest/users/users#get-the-authenticated-user
  account: { url: "/user", id: "id", email: "email", label: "login" },
  actions: [getMe, listIssues, createIssue, createIssueComment, searchIssues, getFileContents],
});
