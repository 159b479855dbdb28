import { describe, expect, it } from "vitest";
import { readCallback } from "../../src/core/callback-input.js";

const CALLBACK_URL = "https://app.example.com/connect/callback";

describe("the body of a callback", () => {
  it("is not read beyond what an answer can hold, whoever posts it", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(97));
        if (sent >= 50_000_000) controller.close();
      },
    });
    const init = { method: "POST", body, duplex: "half" } as const;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const request = new Request(CALLBACK_URL, Object.assign(init, { headers }));
    await expect(readCallback(request, CALLBACK_URL)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "callback" }],
    });
    expect(sent).toBeLessThan(1_000_000);
  });

  it("may not repeat the state of the URL", async () => {
    const body = new URLSearchParams({ state: "one", code: "c" });
    const request = new Request(`${CALLBACK_URL}?state=two`, { method: "POST", body });
    await expect(readCallback(request, CALLBACK_URL)).rejects.toMatchObject({ code: "STATE_INVALID" });
  });
});
