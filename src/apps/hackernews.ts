import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";
import { readAnswer } from "./internal/read-answer.js";

const annotations = { readOnly: true, destructive: false, idempotent: true };
const SEARCH_ORIGIN = "https://hn.algolia.com";

const listStories = defineAction({
  name: "HACKERNEWS_LIST_STORIES",
  app: "hackernews",
  description:
    "Lists the stories on one of Hacker News's pages in the order shown there, each with title, URL, score, author and number of comments.",
  tags: ["stories"],
  annotations,
  input: z.strictObject({
    list: z
      .enum(["top", "new", "best", "ask", "show", "job"])
      .default("top")
      .describe("Which page: the front page, newest, best, Ask HN, Show HN or jobs."),
    limit: z.number().int().min(1).max(30).default(10).describe("How many stories, 1 to 30."),
  }),
  async execute({ list, limit }, { request }) {
    const ids = await readAnswer(request, `/v0/${list}stories.json`, z.array(z.number().int()));
    const items = ids.slice(0, limit).map((id) => request(`/v0/item/${id}.json`).json());
    return { stories: await Promise.all(items) };
  },
});

const getItem = defineAction({
  name: "HACKERNEWS_GET_ITEM",
  app: "hackernews",
  description:
    "Gets a story, comment, poll or job by id. `kids` are the ids of the comments on it, best first; null when there is no such item.",
  tags: ["stories", "comments"],
  annotations,
  input: z.strictObject({ id: z.number().int().positive().describe("Id of the item, as in its URL.") }),
  request: { method: "GET", path: "/v0/item/{id}.json" },
});

const getUser = defineAction({
  name: "HACKERNEWS_GET_USER",
  app: "hackernews",
  description:
    "Gets a user's public profile: karma, when the account was made, what they say about themselves.",
  tags: ["users"],
  annotations,
  input: z.strictObject({
    id: z
      .string()
      .regex(/^[\w-]{2,15}$/)
      .describe("User name, in the right case."),
  }),
  request: { method: "GET", path: "/v0/user/{id}.json" },
});

const search = defineAction({
  name: "HACKERNEWS_SEARCH",
  app: "hackernews",
  description: "Searches all stories and comments by text, best match first or newest first.",
  tags: ["stories", "comments", "search"],
  annotations,
  input: z.strictObject({
    query: z.string().min(1).describe("Words to search for."),
    tags: z
      .enum(["story", "comment", "ask_hn", "show_hn", "poll", "front_page"])
      .optional()
      .describe("Only items of this kind. Default: all."),
    order: z.enum(["relevance", "date"]).default("relevance").describe("Best match first, or newest first."),
    hitsPerPage: z.number().int().min(1).max(50).default(10).describe("Hits per page, 1 to 50."),
    page: z.number().int().min(0).default(0).describe("Page to fetch, counted from 0."),
  }),
  // Source: https://hn.algolia.com/api
  execute: ({ order, ...searchParams }, { request }) =>
    request(`${SEARCH_ORIGIN}/api/v1/${order === "date" ? "search_by_date" : "search"}`, {
      searchParams,
    }).json(),
});

/**
 * Hacker News. Reading needs no account; the search is Algolia's, on an origin of its own.
 *
 * Source: https://github.com/HackerNews/API, https://hn.algolia.com/api
 */
export const hackernews = defineApp({
  slug: "hackernews",
  name: "Hacker News",
  description: "Technology news and their discussion.",
  categories: ["news"],
  docsUrl: "https://github.com/HackerNews/API",
  baseUrl: "https://hacker-news.firebaseio.com",
  origins: [SEARCH_ORIGIN],
  authSchemes: [{ scheme: "NO_AUTH" }],
  actions: [listStories, getItem, getUser, search],
});
