import { describe, expect, it } from "vitest";
import { readCallback } from "../../src/core/callback-input.js";

const CALLBACK_URL = "https://app.example.com/connect/callback";
const STATE_ONLY = { callbackUrl: CALLBACK_URL, parameters: ["state"] };

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
    await expect(readCallback(request, STATE_ONLY)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "callback" }],
    });
    expect(sent).toBeLessThan(1_000_000);
  });

  it("may not repeat the state of the URL", async () => {
    const body = new URLSearchParams({ state: "one", code: "c" });
    const request = new Request(`${CALLBACK_URL}?state=two`, { method: "POST", body });
    await expect(readCallback(request, STATE_ONLY)).rejects.toMatchObject({ code: "STATE_INVALID" });
  });
});

describe("what tells which flow came back", () => {
  const WITH_TOKEN = { callbackUrl: CALLBACK_URL, parameters: ["state", "oauth_token"] };

  it("is the state, and after it any other parameter a scheme asks for", async () => {
    const { keys } = await readCallback(`${CALLBACK_URL}?oauth_token=t&state=s`, WITH_TOKEN);
    expect(keys).toEqual([
      { parameter: "state", value: "s" },
      { parameter: "oauth_token", value: "t" },
    ]);
  });

  it("may not be given twice", async () => {
    const { keys } = await readCallback(`${CALLBACK_URL}?oauth_token=t&state=s&state=r`, WITH_TOKEN);
    expect(keys).toEqual([{ parameter: "oauth_token", value: "t" }]);
  });

  it("is no parameter that no scheme asks for", async () => {
    const url = `${CALLBACK_URL}?oauth_token=t`;
    await expect(readCallback(url, STATE_ONLY)).rejects.toMatchObject({ code: "STATE_INVALID" });
  });
});
