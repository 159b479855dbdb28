import { describe, expect, it } from "vitest";
import { notion } from "../../src/apps/notion.js";
import { refusedBy, runAction } from "../support/app-requests.js";

const API = "https://api.notion.com/v1";
const HEADERS = { "notion-version": "2026-03-11" };
const PAGE = "be633bf1-dfa0-436d-b259-571129a590e5";

const golden: Readonly<Record<string, { args: unknown; method: string; url: string; body?: unknown }>> = {
  NOTION_SEARCH: {
    args: { query: "Roadmap", object: "page", page_size: 5 },
    method: "POST",
    url: `${API}/search`,
    body: {
      query: "Roadmap",
      filter: { property: "object", value: "page" },
      sort: { timestamp: "last_edited_time", direction: "descending" },
      page_size: 5,
    },
  },
  NOTION_GET_PAGE: { args: { page_id: PAGE }, method: "GET", url: `${API}/pages/${PAGE}` },
  NOTION_GET_PAGE_CONTENT: { args: { page_id: PAGE }, method: "GET", url: `${API}/pages/${PAGE}/markdown` },
  NOTION_CREATE_PAGE: {
    args: {
      parent_type: "data_source",
      parent_id: "d1",
      title: "Buy milk",
      markdown: "- [ ] oat",
      properties: { Status: { status: { name: "Todo" } } },
    },
    method: "POST",
    url: `${API}/pages`,
    body: {
      parent: { type: "data_source_id", data_source_id: "d1" },
      properties: {
        Status: { status: { name: "Todo" } },
        title: { title: [{ text: { content: "Buy milk" } }] },
      },
      markdown: "- [ ] oat",
    },
  },
  NOTION_APPEND_CONTENT: {
    args: { page_id: PAGE, markdown: "## Later" },
    method: "PATCH",
    url: `${API}/pages/${PAGE}/markdown`,
    body: { type: "insert_content", insert_content: { content: "## Later", position: { type: "end" } } },
  },
  NOTION_QUERY_DATA_SOURCE: {
    args: {
      data_source_id: "d1",
      filter: { property: "Status", status: { equals: "Done" } },
      sorts: [{ property: "Due", direction: "ascending" }],
    },
    method: "POST",
    url: `${API}/data_sources/d1/query`,
    body: {
      filter: { property: "Status", status: { equals: "Done" } },
      sorts: [{ property: "Due", direction: "ascending" }],
      page_size: 20,
    },
  },
};

describe("notion", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(notion.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented request", async (action, expected) => {
    const { args, method, url, body = null } = expected;
    const { requests } = await runAction({ app: notion, action, args });
    expect(requests).toEqual([{ method, url, headers: HEADERS, body }]);
  });

  it("searches pages and data sources when it is not told which", async () => {
    const { requests } = await runAction({ app: notion, action: "NOTION_SEARCH", args: {} });
    expect(requests).toMatchObject([{ body: { page_size: 20 } }]);
    expect(requests).not.toMatchObject([{ body: { filter: expect.anything() } }]);
  });

  it("asks for an API key first, and takes `token` for its name", () => {
    expect(notion.authSchemes[0]).toMatchObject({ scheme: "API_KEY", aliases: ["token"] });
  });

  it("refuses a page id that would change the path", () => {
    expect(refusedBy(notion, "NOTION_APPEND_CONTENT", { page_id: "../users", markdown: "x" })).toEqual([
      "page_id",
    ]);
  });
});
