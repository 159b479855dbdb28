import { expect, it, vi } from "vitest";
import { quietLogger } from "../../src/core/quiet-logger.js";

it("passes everything on to the host's logger, and lets none of its failures through", () => {
  const warn = vi.fn(() => {
    throw new Error("the disk is full");
  });
  const logger = quietLogger({ debug: vi.fn(), warn });
  expect(() => logger.warn("a message", { id: "1" })).not.toThrow();
  expect(warn).toHaveBeenCalledWith("a message", { id: "1" });
});
