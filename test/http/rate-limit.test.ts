import { describe, expect, it } from "vitest";
import { isRateLimited, waitMs } from "../../src/http/rate-limit.js";
import { rateLimit } from "../../src/ports/rate-limit.js";

const NOW = Date.UTC(2026, 10, 24, 12);
const answer = (status: number, headers: Record<string, string>) => new Response(null, { status, headers });
const GITHUB = rateLimit().parse({
  statuses: [403],
  remaining: "x-ratelimit-remaining",
  reset: { header: "x-ratelimit-reset", unit: "epoch" },
});

describe("rate limits", () => {
  it.each([
    [429, {}, true],
    [403, { "x-ratelimit-remaining": "0" }, true],
    [403, { "retry-after": "60" }, true],
    [403, { "x-ratelimit-remaining": "12" }, false],
    [403, {}, false],
    [401, { "x-ratelimit-remaining": "0" }, false],
  ])("are told from refusals: %i %j", (status, headers: Record<string, string>, expected) => {
    expect(isRateLimited(answer(status, headers), GITHUB)).toBe(expected);
  });

  it.each([
    ["epoch", String(NOW / 1000 + 90)],
    ["epoch_milliseconds", String(NOW + 90_000)],
    ["seconds", "90"],
    ["milliseconds", "90000"],
    ["http_date", "Tue, 24 Nov 2026 12:01:30 GMT"],
  ])("end when the API says, in %s", (unit, value) => {
    const limit = rateLimit().parse({ reset: { header: "x-reset", unit } });
    expect(waitMs(answer(429, { "x-reset": value }), limit, NOW)).toBe(90_000);
    expect(waitMs(answer(429, { "x-reset": value, "retry-after": "5" }), limit, NOW)).toBe(5_000);
    expect(waitMs(answer(429, { "x-reset": "soon" }), limit, NOW)).toBe(null);
  });
});
