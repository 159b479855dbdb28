import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { createBrowser } from "../../../examples/support/browser.js";
import { listen } from "../../../examples/support/listen.js";

async function serve(listener: RequestListener): Promise<string> {
  const { origin, close } = await listen(createServer(listener));
  onTestFinished(close);
  return origin;
}

describe("createBrowser", () => {
  it("follows redirects and sends cookies only where they were set", async () => {
    const other = await serve((request, response) =>
      response.end(`cookie here: ${request.headers.cookie ?? "none"}`),
    );
    const origin = await serve((request, response) => {
      if (request.url === "/start") {
        response.setHeader("set-cookie", [
          "session=1; path=/",
          "deep=2; path=/deep",
          "gone=3; path=/; max-age=0",
        ]);
        response.writeHead(302, { location: "/next" }).end();
      } else if (request.url === "/next") {
        response.writeHead(302, { location: `${other}/?cookie=${request.headers.cookie}` }).end();
      }
    });
    const page = await createBrowser().visit(`${origin}/start`);
    expect(page.url.href).toBe(`${other}/?cookie=session=1`);
    expect(page.text).toBe("cookie here: none");
  });

  it("stops at the callback without opening it", async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(302, { location: "https://app.example.com/callback?code=c&state=s" }).end();
    });
    const callbackUrl = await createBrowser().authorize(origin, { login: "ada" });
    expect(callbackUrl.href).toBe("https://app.example.com/callback?code=c&state=s");
  });

  it("says where it is stuck when a page has no form it knows", async () => {
    const origin = await serve((_request, response) => response.writeHead(500).end("Broken"));
    await expect(createBrowser().authorize(`${origin}/x`, { login: "ada" })).rejects.toThrow(
      `stuck at ${origin}/x (500): Broken`,
    );
  });

  it("gives up on a redirect loop", async () => {
    const origin = await serve((_request, response) => response.writeHead(302, { location: "/" }).end());
    await expect(createBrowser().visit(origin)).rejects.toThrow("sent around");
  });
});
