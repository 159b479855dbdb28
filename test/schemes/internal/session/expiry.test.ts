import { describe, expect, it } from "vitest";
import { sessionEnd } from "../../../../src/schemes/internal/session/expiry.js";

const NOW = Date.UTC(2026, 0, 1);
type Unit = Parameters<typeof sessionEnd>[0] extends infer E
  ? E extends { unit: infer U }
    ? U
    : never
  : never;
const field = (unit: Unit, value: unknown) =>
  sessionEnd({ kind: "field", path: "a.b", unit }, { body: { a: { b: value } }, values: {}, now: NOW });
const jwt = (claims: unknown) =>
  sessionEnd(
    { kind: "jwt", value: "token" },
    {
      body: null,
      values: { token: `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x` },
      now: NOW,
    },
  );

describe("the end of a session", () => {
  it.each<[Unit, unknown, number]>([
    ["seconds", 90, NOW + 90_000],
    ["seconds", "90", NOW + 90_000],
    ["milliseconds", 1500.7, NOW + 1500],
    ["epoch", NOW / 1000 + 60, NOW + 60_000],
    ["epoch_milliseconds", String(NOW + 7), NOW + 7],
    ["iso", "2026-01-01T02:00:00+01:00", NOW + 3_600_000],
    ["duration", "2h", NOW + 7_200_000],
    ["duration", "1d12h", NOW + 129_600_000],
    ["duration", "30 m", NOW + 1_800_000],
    ["seconds", 1e300, NOW + 100 * 365 * 86_400_000],
  ])("in %s: %j", (unit, value, end) => {
    expect(field(unit, value)).toBe(end);
  });

  it.each<[Unit, unknown]>([
    ["seconds", "soon"],
    ["seconds", undefined],
    ["seconds", ""],
    ["epoch", { at: 1 }],
    ["iso", "tomorrow"],
    ["iso", 5],
    ["duration", "2 fortnights"],
    ["duration", ""],
    ["epoch", -5],
  ])("is unreadable in %s: %j", (unit, value) => {
    expect(field(unit, value)).toBe("unreadable");
  });

  it("is unreadable at once where a text goes on and on", () => {
    expect(field("duration", `1d${" ".repeat(4_000)}x`)).toBe("unreadable");
    expect(field("duration", `${"9".repeat(1_000_000)}h`)).toBe("unreadable");
  });

  it("is the `exp` of a JWT", () => {
    expect(jwt({ exp: NOW / 1000 + 5 })).toBe(NOW + 5_000);
    expect(jwt({})).toBe("unreadable");
    expect(
      sessionEnd({ kind: "jwt", value: "token" }, { body: null, values: { token: "opaque" }, now: NOW }),
    ).toBe("unreadable");
  });

  it("is fixed, or not known", () => {
    expect(sessionEnd({ kind: "fixed", seconds: 60 }, { body: null, values: {}, now: NOW })).toBe(
      NOW + 60_000,
    );
    expect(sessionEnd(null, { body: null, values: {}, now: NOW })).toBeNull();
  });
});
