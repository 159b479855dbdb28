import { describe, expect, it } from "vitest";
import { github } from "../../src/apps/github.js";
import { RequestError } from "../../src/errors.js";
import { refusedBy, runAction } from "../support/app-requests.js";

const HEADERS = {
  accept: "application/vnd.github+json",
  "user-agent": "mooring",
  "x-github-api-version": "2022-11-28",
};
const repository = { owner: "octocat", repo: "hello-world" };
const API = "https://api.github.com";

const golden: Readonly<
  Record<string, { args: unknown; method: string; url: string; body?: unknown; accept?: string }>
> = {
  GITHUB_GET_ME: { args: {}, method: "GET", url: `${API}/user` },
  GITHUB_LIST_ISSUES: {
    args: { ...repository, labels: "bug,ui", since: "2026-01-31T00:00:00Z", per_page: 5 },
    method: "GET",
    url: `${API}/repos/octocat/hello-world/issues?state=open&labels=bug%2Cui&since=2026-01-31T00%3A00%3A00Z&sort=created&direction=desc&per_page=5&page=1`,
  },
  GITHUB_CREATE_ISSUE: {
    args: { ...repository, title: "It crashes", body: "On start.", labels: ["bug"], assignees: ["octocat"] },
    method: "POST",
    url: `${API}/repos/octocat/hello-world/issues`,
    body: { title: "It crashes", body: "On start.", labels: ["bug"], assignees: ["octocat"] },
  },
  GITHUB_CREATE_ISSUE_COMMENT: {
    args: { ...repository, issue_number: 7, body: "Me too." },
    method: "POST",
    url: `${API}/repos/octocat/hello-world/issues/7/comments`,
    body: { body: "Me too." },
  },
  GITHUB_SEARCH_ISSUES: {
    args: { query: "is:open author:@me", sort: "updated" },
    method: "GET",
    url: `${API}/search/issues?q=is%3Aopen+author%3A%40me&sort=updated&order=desc&per_page=30&page=1`,
  },
  GITHUB_GET_FILE_CONTENTS: {
    args: { ...repository, path: "docs/read me.md", ref: "main" },
    method: "GET",
    url: `${API}/repos/octocat/hello-world/contents/docs/read%20me.md?ref=main`,
    accept: "application/vnd.github.object+json",
  },
};

const file = { type: "file", path: "a.txt", sha: "abc", size: 5, html_url: "https://github.com/a.txt" };

describe("github", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(github.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented request", async (action, expected) => {
    const { args, method, url, body = null, accept = HEADERS.accept } = expected;
    const { requests } = await runAction({
      app: github,
      action,
      args,
      answers: [{ ...file, encoding: "base64", content: "" }],
    });
    expect(requests).toEqual([{ method, url, headers: { ...HEADERS, accept }, body }]);
  });

  it("gives a file's text decoded", async () => {
    const { data } = await runAction({
      app: github,
      action: "GITHUB_GET_FILE_CONTENTS",
      args: { ...repository, path: "a.txt" },
      // GitHub wraps base64 after 60 characters.
      answers: [{ ...file, encoding: "base64", content: "Z3LD\nvMOfZQ==\n" }],
    });
    expect(data).toEqual({
      type: "file",
      path: "a.txt",
      sha: "abc",
      url: file.html_url,
      size: 5,
      text: "grüße",
    });
  });

  it.each([
    ["a binary file", { encoding: "base64", content: "AAEC/w==" }],
    ["bytes that are no UTF-8", { encoding: "base64", content: "/////w==" }],
    ["a file over 1 MB, which comes without content", { encoding: "none", content: "" }],
  ])("gives no text for %s", async (_case, content) => {
    const { data } = await runAction({
      app: github,
      action: "GITHUB_GET_FILE_CONTENTS",
      args: { ...repository, path: "a.bin" },
      answers: [{ ...file, ...content }],
    });
    expect(data).toMatchObject({ text: null });
  });

  it("lists a directory, the root included", async () => {
    const entry = { name: "a.txt", path: "a.txt", type: "file", size: 5, sha: "abc" };
    const { data, requests } = await runAction({
      app: github,
      action: "GITHUB_GET_FILE_CONTENTS",
      args: { ...repository, path: "" },
      answers: [
        { type: "dir", path: "", sha: "def", entries: [{ ...entry, download_url: "https://x.example" }] },
      ],
    });
    expect(requests).toMatchObject([{ url: `${API}/repos/octocat/hello-world/contents` }]);
    expect(data).toEqual({ type: "dir", path: "", sha: "def", url: null, entries: [entry] });
  });

  it("says so when the answer is something else", async () => {
    const run = runAction({
      app: github,
      action: "GITHUB_GET_FILE_CONTENTS",
      args: { ...repository, path: "a.txt" },
      answers: [[]],
    });
    await expect(run).rejects.toThrow(RequestError);
  });

  it.each([
    ["an owner with a slash", { ...repository, owner: "octo/cat" }, "owner"],
    ["an owner that climbs", { ...repository, owner: ".." }, "owner"],
    ["a repository with its owner", { ...repository, repo: "octocat/hello-world" }, "repo"],
  ])("refuses %s", (_case, args, path) => {
    expect(refusedBy(github, "GITHUB_LIST_ISSUES", args)).toEqual([path]);
  });

  it("refuses a path that climbs out of the repository", () => {
    const args = { ...repository, path: "docs/../../../user" };
    expect(refusedBy(github, "GITHUB_GET_FILE_CONTENTS", args)).toEqual(["path"]);
  });
});
