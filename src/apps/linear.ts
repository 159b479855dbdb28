import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";
import { queryLinear } from "./linear/query-linear.js";

const ISSUE_FIELDS = `
  id identifier title url priority priorityLabel dueDate updatedAt
  state { id name type }
  assignee { id name }
  team { id key name }
`;

const first = z.number().int().min(1).max(100).default(25).describe("Results per page, 1 to 100.");
const after = z
  .string()
  .optional()
  .describe("`pageInfo.endCursor` of the page before; leave out for the first.");
const issueId = z.string().min(1).describe("Identifier of the issue, such as `ENG-123`, or its UUID.");

const issueFields = {
  title: z.string().min(1).describe("Title of the issue."),
  description: z.string().optional().describe("Text of the issue, in Markdown."),
  priority: z.number().int().min(0).max(4).optional().describe("0 none, 1 urgent, 2 high, 3 medium, 4 low."),
  assigneeId: z.string().optional().describe("UUID of the user to assign."),
  stateId: z.string().optional().describe("UUID of the workflow state, from LINEAR_LIST_TEAMS."),
  labelIds: z
    .array(z.string())
    .optional()
    .describe("UUIDs of the labels; on an update they replace all labels."),
  dueDate: z.iso.date().optional().describe("Due date, such as `2026-01-31`."),
};

const getMe = defineAction({
  name: "LINEAR_GET_ME",
  app: "linear",
  description:
    "Gets the connected Linear user: id, name, e-mail, and the workspace. Use the id to assign issues to them.",
  tags: ["users"],
  scopes: ["read"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({}),
  execute: (_input, { request }) =>
    queryLinear(request, { query: "query Me { viewer { id name email organization { id name urlKey } } }" }),
});

const listTeams = defineAction({
  name: "LINEAR_LIST_TEAMS",
  app: "linear",
  description:
    "Lists the teams of the workspace with their ids, keys and workflow states. Use it for the `teamId` and `stateId` other Linear actions take.",
  tags: ["teams"],
  scopes: ["read"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({ first, after }),
  execute: (variables, { request }) =>
    queryLinear(request, {
      query: `query Teams($first: Int, $after: String) {
        teams(first: $first, after: $after) {
          nodes { id key name states { nodes { id name type } } }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      variables,
    }),
});

const searchIssues = defineAction({
  name: "LINEAR_SEARCH_ISSUES",
  app: "linear",
  description:
    "Searches the workspace's issues by text in title and description, best match first, optionally in comments too.",
  tags: ["issues", "search"],
  scopes: ["read"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    term: z.string().min(1).describe("Words to search for."),
    includeComments: z.boolean().default(false).describe("Whether to search comments too."),
    teamId: z.string().optional().describe("UUID of a team whose issues are ranked higher."),
    first,
    after,
  }),
  execute: (variables, { request }) =>
    queryLinear(request, {
      query: `query SearchIssues(
        $term: String!, $includeComments: Boolean, $teamId: String, $first: Int, $after: String
      ) {
        searchIssues(
          term: $term, includeComments: $includeComments, teamId: $teamId, first: $first, after: $after
        ) {
          nodes { ${ISSUE_FIELDS} }
          pageInfo { hasNextPage endCursor }
          totalCount
        }
      }`,
      variables,
    }),
});

const createIssue = defineAction({
  name: "LINEAR_CREATE_ISSUE",
  app: "linear",
  description: "Creates an issue in a team and returns it with its identifier and URL.",
  tags: ["issues"],
  scopes: ["issues:create"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    teamId: z.string().min(1).describe("UUID of the team, from LINEAR_LIST_TEAMS."),
    ...issueFields,
    parentId: z.string().optional().describe("Identifier or UUID of the issue this is a sub-issue of."),
    projectId: z.string().optional().describe("UUID of the project to add the issue to."),
  }),
  execute: (input, { request }) =>
    queryLinear(request, {
      query: `mutation CreateIssue($input: IssueCreateInput!) {
        issueCreate(input: $input) { success issue { ${ISSUE_FIELDS} } }
      }`,
      variables: { input },
    }),
});

const updateIssue = defineAction({
  name: "LINEAR_UPDATE_ISSUE",
  app: "linear",
  description:
    "Changes the given fields of an issue and leaves the others as they are. Use it to move an issue to another state, assign or reprioritise it.",
  tags: ["issues"],
  scopes: ["write"],
  annotations: { readOnly: false, destructive: true, idempotent: true },
  input: z.strictObject({ id: issueId, ...issueFields, title: issueFields.title.optional() }),
  execute: ({ id, ...input }, { request }) =>
    queryLinear(request, {
      query: `mutation UpdateIssue($id: String!, $input: IssueUpdateInput!) {
        issueUpdate(id: $id, input: $input) { success issue { ${ISSUE_FIELDS} } }
      }`,
      variables: { id, input },
    }),
});

const createComment = defineAction({
  name: "LINEAR_CREATE_COMMENT",
  app: "linear",
  description: "Adds a comment to an issue, or a reply to a comment. Subscribers are notified.",
  tags: ["comments"],
  scopes: ["comments:create"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    issueId,
    body: z.string().min(1).describe("Text of the comment, in Markdown."),
    parentId: z.string().optional().describe("UUID of the comment to reply to."),
  }),
  execute: (input, { request }) =>
    queryLinear(request, {
      query: `mutation CreateComment($input: CommentCreateInput!) {
        commentCreate(input: $input) { success comment { id url body createdAt } }
      }`,
      variables: { input },
    }),
});

/**
 * Linear. Its API is GraphQL: one endpoint, errors in the answer's `errors`.
 *
 * Access tokens live a day and come with a rotating refresh token. The client authenticates in the form, and a token is
 * revoked as in RFC 7009. API keys go out bare.
 *
 * Source: https://linear.app/developers/oauth-2-0-authentication, https://linear.app/developers/graphql,
 * https://linear.app/developers/rate-limiting
 */
export const linear = defineApp({
  slug: "linear",
  name: "Linear",
  description: "Issue tracking for software teams.",
  categories: ["developer-tools", "project-management"],
  docsUrl: "https://linear.app/developers",
  baseUrl: "https://api.linear.app",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://linear.app/oauth/authorize",
      tokenUrl: "https://api.linear.app/oauth/token",
      revocationUrl: "https://api.linear.app/oauth/revoke",
      clientAuthentication: "client_secret_post",
      scopes: ["read", "write"],
      scopeSeparator: ",",
      impliedScopes: {
        admin: ["write"],
        write: ["read", "issues:create", "comments:create", "timeSchedule:write"],
        "issues:create": ["read"],
        "comments:create": ["read"],
      },
    },
    {
      scheme: "API_KEY",
      // Bare, without `Bearer`. Source: https://linear.app/developers/graphql#personal-api-keys
      placements: [{ in: "header", name: "Authorization" }],
      description: "Your personal Linear API key. Create it in Linear under Settings, Security & access.",
    },
  ],
  // Too many calls are status 400 with the code `RATELIMITED`; other errors of a query are 400 as well.
  rateLimit: {
    statuses: [400],
    remaining: "x-ratelimit-requests-remaining",
    reset: { header: "x-ratelimit-requests-reset", unit: "epoch_milliseconds" },
  },
  // Source: https://linear.app/developers/graphql
  account: {
    method: "POST",
    url: "/graphql",
    json: { query: "{ viewer { id email name } }" },
    id: "data.viewer.id",
    email: "data.viewer.email",
    label: "data.viewer.name",
  },
  actions: [getMe, listTeams, searchIssues, createIssue, updateIssue, createComment],
});
