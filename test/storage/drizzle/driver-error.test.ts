import { DrizzleError, DrizzleQueryError } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { driverError } from "../../../src/storage/drizzle/driver-error.js";

describe("the driver's error", () => {
  const driver = Object.assign(new Error("duplicate key"), { code: "23505" });

  it("is found below Drizzle's, however deep", () => {
    expect(driverError(driver)).toBe(driver);
    expect(driverError(new DrizzleQueryError("insert …", ["secret"], driver))).toBe(driver);
    const twice = new DrizzleError({ message: "Failed", cause: new DrizzleQueryError("…", [], driver) });
    expect(driverError(twice)).toBe(driver);
  });

  it("is the last one where none has a code", () => {
    const bare = new Error("Connection terminated unexpectedly");
    expect(driverError(new DrizzleQueryError("select …", ["secret"], bare))).toBe(bare);
  });

  it("is told as PostgreSQL tells it when postgres.js lost the connection", () => {
    const lost = Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });
    expect(driverError(new DrizzleQueryError("select …", [], lost))).toEqual({
      name: "Error",
      code: "08006",
    });
  });

  it("may be anything that was thrown, or go round in circles", () => {
    const circle = new Error("round");
    circle.cause = circle;
    expect(driverError("text")).toBe("text");
    expect(driverError(circle)).toBe(circle);
  });
});
