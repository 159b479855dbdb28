import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";

/** Required on each request. Source: https://developers.notion.com/reference/versioning */
const VERSION = "2026-03-11";

const pageId = z
  .string()
  .regex(/^[0-9a-fA-F-]{32,36}$/)
  .describe("Id of the page, from NOTION_SEARCH; with or without dashes.");
const pageSize = z.number().int().min(1).max(100).default(20).describe("Results per page, 1 to 100.");
const startCursor = z
  .string()
  .optional()
  .describe("`next_cursor` of the page before; leave out for the first.");
const markdown = z.string().describe("Content in Notion-flavoured Markdown.");

const search = defineAction({
  name: "NOTION_SEARCH",
  app: "notion",
  description:
    "Searches the titles of pages and data sources (tables) shared with the connection, last edited first. Use it to find the id of a page or a table; it does not search their content.",
  tags: ["search"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    query: z.string().optional().describe("Words of the title; leave out to list everything."),
    object: z
      .enum(["page", "data_source"])
      .optional()
      .describe("Only pages, or only data sources. Default: both."),
    page_size: pageSize,
    start_cursor: startCursor,
  }),
  execute: ({ object, ...input }, { request }) =>
    request("/search", {
      method: "POST",
      json: {
        ...input,
        ...(object === undefined ? {} : { filter: { property: "object", value: object } }),
        sort: { timestamp: "last_edited_time", direction: "descending" },
      },
    }).json(),
});

const getPage = defineAction({
  name: "NOTION_GET_PAGE",
  app: "notion",
  description:
    "Gets a page's properties (title, status, dates, people, …), parent and URL. Use NOTION_GET_PAGE_CONTENT for what is written on it.",
  tags: ["pages"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({ page_id: pageId }),
  request: { method: "GET", path: "/pages/{page_id}" },
});

const getPageContent = defineAction({
  name: "NOTION_GET_PAGE_CONTENT",
  app: "notion",
  description:
    "Reads what is written on a page, as Markdown. `truncated` says whether parts of a large page are missing; the ids in `unknown_block_ids` can be read with this action too.",
  tags: ["pages"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({ page_id: pageId }),
  request: { method: "GET", path: "/pages/{page_id}/markdown" },
});

const createPage = defineAction({
  name: "NOTION_CREATE_PAGE",
  app: "notion",
  description:
    "Creates a page below another page, or a row of a data source (table), with a title and Markdown content.",
  tags: ["pages"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    parent_type: z.enum(["page", "data_source"]).describe("What the new page belongs to."),
    parent_id: z.string().min(1).describe("Id of the parent page or data source, from NOTION_SEARCH."),
    title: z.string().min(1).max(2000).describe("Title of the new page."),
    markdown: markdown.optional(),
    properties: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Further columns of a row by name, as Notion property values: `{ "Status": { "status": { "name": "Done" } } }`.',
      ),
  }),
  execute: ({ parent_type, parent_id, title, markdown: content, properties }, { request }) =>
    request("/pages", {
      method: "POST",
      json: {
        parent: { type: `${parent_type}_id`, [`${parent_type}_id`]: parent_id },
        // The title property has the id `title` whatever the table calls it.
        properties: { ...properties, title: { title: [{ text: { content: title } }] } },
        ...(content === undefined ? {} : { markdown: content }),
      },
    }).json(),
});

const appendContent = defineAction({
  name: "NOTION_APPEND_CONTENT",
  app: "notion",
  description: "Adds Markdown content at the end of a page and leaves what is there as it is.",
  tags: ["pages"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({ page_id: pageId, markdown: markdown.min(1) }),
  execute: ({ page_id, markdown: content }, { request }) =>
    request(`/pages/${encodeURIComponent(page_id)}/markdown`, {
      method: "PATCH",
      json: { type: "insert_content", insert_content: { content, position: { type: "end" } } },
    }).json(),
});

const queryDataSource = defineAction({
  name: "NOTION_QUERY_DATA_SOURCE",
  app: "notion",
  description:
    "Lists rows of a data source (table) with their properties, filtered and sorted. Names in `filter` and `sorts` are the table's column names.",
  tags: ["data-sources"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    data_source_id: z
      .string()
      .min(1)
      .describe("Id of the data source, from NOTION_SEARCH with `object: data_source`."),
    filter: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Notion filter, such as `{ "property": "Status", "status": { "equals": "Done" } }`; combine with `and`, `or`.',
      ),
    sorts: z
      .array(
        z.strictObject({
          property: z.string().describe("Column to sort by."),
          direction: z.enum(["ascending", "descending"]).describe("Sort direction."),
        }),
      )
      .optional()
      .describe("Order of the rows, most important first."),
    page_size: pageSize,
    start_cursor: startCursor,
  }),
  request: { method: "POST", path: "/data_sources/{data_source_id}/query" },
});

/**
 * Notion.
 *
 * API_KEY comes first: a user who asks for Notion without naming a scheme is asked for a token, which works at once,
 * where OAuth needs a public connection that Notion has to review. Which pages can be seen and changed is settled at
 * Notion, page by page and by the connection's capabilities: there are no scopes. The endpoints are those of the
 * cross-check list.
 *
 * Source: https://developers.notion.com/guides/get-started/authorization, https://developers.notion.com/reference/intro
 */
export const notion = defineApp({
  slug: "notion",
  name: "Notion",
  description: "Pages, notes and tables of a workspace.",
  categories: ["productivity", "documents"],
  docsUrl: "https://developers.notion.com/reference/intro",
  baseUrl: "https://api.notion.com/v1",
  headers: { "notion-version": VERSION },
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "Authorization", template: "Bearer {api_key}" }],
      description: "Your notion API key for authentication. Obtain it from your notion settings.",
      aliases: ["token"],
    },
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://api.notion.com/v1/oauth/authorize",
      tokenUrl: "https://api.notion.com/v1/oauth/token",
      // Source: https://developers.notion.com/reference/create-a-token
      clientAuthentication: "client_secret_basic",
      tokenRequestFormat: "json",
      tokenRequestHeaders: { "notion-version": VERSION },
      // Not among the parameters Notion documents for its own endpoints.
      pkce: false,
      authorizationParams: { owner: "user" },
      tokenResponse: {
        metadata: { workspace_id: "workspace_id", workspace_name: "workspace_name", bot_id: "bot_id" },
      },
      // RFC 7009 but for the body, which is JSON. Source: https://developers.notion.com/reference/revoke-token
      revocationRequest: {
        method: "POST",
        url: "https://api.notion.com/v1/oauth/revoke",
        authentication: "client_secret_basic",
        json: { token: "{token}" },
        headers: { "notion-version": VERSION },
      },
    },
  ],
  // The bot that stands for this connection. Source: https://developers.notion.com/reference/get-self
  account: { url: "/users/me", id: "id", label: "bot.workspace_name" },
  actions: [search, getPage, getPageContent, createPage, appendContent, queryDataSource],
});
