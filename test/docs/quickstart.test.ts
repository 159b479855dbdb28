import { readFileSync } from "node:fs";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answer, callback, connect, tools } from "../../examples/readme-quickstart.js";
import { chatCompletion } from "../../examples/support/chat-completion.js";
import { codeBlocks, readDocument, section } from "./support/markdown.js";

const TOKEN = "gho_token-of-ada";
const github = setupServer(
  http.post("https://github.com/login/oauth/access_token", async ({ request }) => {
    const form = new URLSearchParams(await request.text());
    const isRight = form.get("code") === "code-of-ada" && form.get("client_id") === "your-client-id";
    return isRight
      ? HttpResponse.json({ access_token: TOKEN, token_type: "bearer", scope: "repo,read:user" })
      : HttpResponse.json({ error: "bad_verification_code" });
  }),
  http.get("https://api.github.com/user", ({ request }) =>
    request.headers.get("authorization") === `Bearer ${TOKEN}`
      ? HttpResponse.json({ login: "ada" })
      : HttpResponse.json({ message: "Bad credentials" }, { status: 401 }),
  ),
);
beforeAll(() => github.listen({ onUnhandledRequest: "error" }));
afterAll(() => github.close());

describe("the README's quickstart", () => {
  it("is examples/readme-quickstart.ts, word for word", () => {
    const readme = readDocument("README.md");
    const [block] = codeBlocks({ ...readme, text: section(readme, "Quickstart") });
    expect(block?.code).toBe(readFileSync("examples/readme-quickstart.ts", "utf8"));
  });

  it("has about fifteen lines of code", () => {
    const lines = readFileSync("examples/readme-quickstart.ts", "utf8").split("\n");
    expect(lines.filter((line) => line !== "" && !line.startsWith("//")).length).toBeLessThanOrEqual(15);
  });

  it("connects a user, and answers a tool call with that user's token", async () => {
    const request = await connect("user_ada");
    const sentTo = new URL(request.redirectUrl ?? "");
    expect(sentTo.origin + sentTo.pathname).toBe("https://github.com/login/oauth/authorize");

    const query = new URLSearchParams({ code: "code-of-ada", state: sentTo.searchParams.get("state") ?? "" });
    const callbackUrl = `${sentTo.searchParams.get("redirect_uri")}?${query}`;
    const { connection } = await callback(new Request(callbackUrl), "user_ada");
    expect(connection.status).toBe("ACTIVE");

    const names = (await tools("user_ada")).map((tool) => tool.function.name);
    expect(names).toContain("GITHUB_GET_ME");
    const [message] = await answer(chatCompletion({ GITHUB_GET_ME: {} }), "user_ada");
    expect(JSON.parse(message?.content ?? "")).toEqual({
      data: { login: "ada" },
      error: null,
      successful: true,
    });
  });
});
