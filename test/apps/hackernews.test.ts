import { describe, expect, it } from "vitest";
import { hackernews } from "../../src/apps/hackernews.js";
import { RequestError } from "../../src/errors.js";
import { refusedBy, runAction } from "../support/app-requests.js";

const API = "https://hacker-news.firebaseio.com/v0";
const SEARCH = "https://hn.algolia.com/api/v1";

const golden: Readonly<Record<string, { args: unknown; urls: readonly string[] }>> = {
  HACKERNEWS_LIST_STORIES: {
    args: { list: "best", limit: 2 },
    urls: [`${API}/beststories.json`, `${API}/item/8.json`, `${API}/item/9.json`],
  },
  HACKERNEWS_GET_ITEM: { args: { id: 8863 }, urls: [`${API}/item/8863.json`] },
  HACKERNEWS_GET_USER: { args: { id: "jl" }, urls: [`${API}/user/jl.json`] },
  HACKERNEWS_SEARCH: {
    args: { query: "oauth", tags: "story", order: "date" },
    urls: [`${SEARCH}/search_by_date?query=oauth&tags=story&hitsPerPage=10&page=0`],
  },
};

describe("hackernews", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(hackernews.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented requests", async (action, { args, urls }) => {
    const answers = [[8, 9, 10], { id: 8 }];
    const { requests } = await runAction({ app: hackernews, action, args, answers });
    expect(requests).toEqual(urls.map((url) => ({ method: "GET", url, headers: {}, body: null })));
  });

  it("lists stories in the order of the page, and passes on that one is gone", async () => {
    const { data } = await runAction({
      app: hackernews,
      action: "HACKERNEWS_LIST_STORIES",
      args: { limit: 2 },
      answers: [[9, 8], { id: 9, title: "First" }, null],
    });
    expect(data).toEqual({ stories: [{ id: 9, title: "First" }, null] });
  });

  it("searches by relevance unless told otherwise", async () => {
    const { requests } = await runAction({
      app: hackernews,
      action: "HACKERNEWS_SEARCH",
      args: { query: "oauth" },
    });
    expect(requests).toMatchObject([{ url: `${SEARCH}/search?query=oauth&hitsPerPage=10&page=0` }]);
  });

  it("says so when the listing is none", async () => {
    const run = runAction({ app: hackernews, action: "HACKERNEWS_LIST_STORIES", args: {}, answers: [null] });
    await expect(run).rejects.toThrow(RequestError);
  });

  it("refuses a user name that would change the path", () => {
    expect(refusedBy(hackernews, "HACKERNEWS_GET_USER", { id: "../item/1" })).toEqual(["id"]);
  });
});
