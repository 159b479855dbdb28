import { describe, expect, it } from "vitest";
import { rebuildRequest } from "../../src/internal/rebuild-request.js";

describe("rebuildRequest", () => {
  it("keeps method, headers and redirect mode under another URL", () => {
    const request = new Request("https://a.example/x", {
      method: "DELETE",
      headers: { "x-one": "1" },
      redirect: "manual",
    });
    const rebuilt = rebuildRequest(request, { url: "https://a.example/x?k=1" });
    expect(rebuilt).toMatchObject({ url: "https://a.example/x?k=1", method: "DELETE", redirect: "manual" });
    expect(rebuilt.headers.get("x-one")).toBe("1");
    expect(rebuilt.body).toBeNull();
  });

  it("sends another body without the length of the former", async () => {
    const request = new Request("https://a.example/", {
      method: "POST",
      headers: { "content-length": "1", "content-type": "application/json" },
      body: "1",
    });
    const rebuilt = rebuildRequest(request, { body: "[1, 2]" });
    expect(await rebuilt.text()).toBe("[1, 2]");
    expect(rebuilt.headers.get("content-type")).toBe("application/json");
    expect(rebuilt.headers.has("content-length")).toBe(false);
  });

  it("is still aborted with the former", () => {
    const controller = new AbortController();
    const rebuilt = rebuildRequest(new Request("https://a.example/", { signal: controller.signal }), {});
    controller.abort(new Error("enough"));
    expect(rebuilt.signal.reason).toEqual(new Error("enough"));
  });
});
