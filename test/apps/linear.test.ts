import { describe, expect, it } from "vitest";
import { linear } from "../../src/apps/linear.js";
import { RequestError } from "../../src/errors.js";
import { isObject } from "../../src/internal/json.js";
import { runAction } from "../support/app-requests.js";

/** Arguments of each action, the GraphQL field it asks for, and the variables it sends. */
const golden: Readonly<Record<string, { args: unknown; field: string; variables: unknown }>> = {
  LINEAR_GET_ME: { args: {}, field: "viewer", variables: {} },
  LINEAR_LIST_TEAMS: { args: { after: "c1" }, field: "teams", variables: { first: 25, after: "c1" } },
  LINEAR_SEARCH_ISSUES: {
    args: { term: "crash", first: 5 },
    field: "searchIssues",
    variables: { term: "crash", includeComments: false, first: 5 },
  },
  LINEAR_CREATE_ISSUE: {
    args: { teamId: "t1", title: "It crashes", priority: 1 },
    field: "issueCreate",
    variables: { input: { teamId: "t1", title: "It crashes", priority: 1 } },
  },
  LINEAR_UPDATE_ISSUE: {
    args: { id: "ENG-1", stateId: "s1" },
    field: "issueUpdate",
    variables: { id: "ENG-1", input: { stateId: "s1" } },
  },
  LINEAR_CREATE_COMMENT: {
    args: { issueId: "ENG-1", body: "Me too." },
    field: "commentCreate",
    variables: { input: { issueId: "ENG-1", body: "Me too." } },
  },
};

function queryOf(body: unknown): string {
  const { query } = isObject(body) ? body : {};
  return typeof query === "string" ? query : "";
}

describe("linear", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(linear.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))(
    "%s sends the documented request",
    async (action, { args, field, variables }) => {
      const answers = [{ data: { [field]: {} } }];
      const { requests, data } = await runAction({ app: linear, action, args, answers });
      expect(requests).toMatchObject([
        { method: "POST", url: "https://api.linear.app/graphql", headers: {}, body: { variables } },
      ]);
      expect(queryOf(requests[0]?.body)).toMatch(new RegExp(`\\b${field}\\b`));
      expect(data).toEqual({ [field]: {} });
    },
  );

  it("never writes an argument into the document", async () => {
    const term = '") { nodes { id } } organization { id';
    const run = (value: string) =>
      runAction({
        app: linear,
        action: "LINEAR_SEARCH_ISSUES",
        args: { term: value },
        answers: [{ data: {} }],
      });
    const [hostile, harmless] = await Promise.all([run(term), run("crash")]);
    expect(queryOf(hostile.requests[0]?.body)).toBe(queryOf(harmless.requests[0]?.body));
    expect(hostile.requests).toMatchObject([{ body: { variables: { term } } }]);
  });

  it("reports GraphQL errors, which come with status 200", async () => {
    const answers = [
      {
        data: { issueCreate: null },
        errors: [{ message: "Argument Validation Error", path: ["issueCreate"] }],
      },
    ];
    const args = { teamId: "none", title: "x" };
    const run = runAction({ app: linear, action: "LINEAR_CREATE_ISSUE", args, answers });
    await expect(run).rejects.toMatchObject({
      code: "REQUEST_FAILED",
      message: "Linear refused: Argument Validation Error",
    });
  });

  it.each([[{}], ["text"], [{ data: null }]])("does not take %j for an answer", async (answer) => {
    const run = runAction({ app: linear, action: "LINEAR_GET_ME", args: {}, answers: [answer] });
    await expect(run).rejects.toThrow(RequestError);
  });
});
