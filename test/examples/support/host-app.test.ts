import { expect, it, onTestFinished } from "vitest";
import { createBrowser } from "../../../examples/support/browser.js";
import { startHostApp } from "../../../examples/support/host-app.js";

it("hands the callback to the app together with the signed-in user", async () => {
  const calls: string[] = [];
  const host = await startHostApp({
    async onCallback(request, user) {
      calls.push(`${user}: ${new URL(request.url).search}`);
      if (user === "") throw new Error("Sign in first.");
      return "/connections";
    },
  });
  onTestFinished(host.close);
  const callbackUrl = `${host.callbackUrl}?code=c&state=s`;

  expect(await createBrowser().visit(callbackUrl)).toMatchObject({ status: 400, text: "Sign in first." });
  const browser = createBrowser();
  await browser.visit(host.signInUrl("user ada"));
  expect((await browser.visit(callbackUrl)).url.href).toBe(`${host.origin}/connections`);
  expect(calls).toEqual([": ?code=c&state=s", "user ada: ?code=c&state=s"]);
});
