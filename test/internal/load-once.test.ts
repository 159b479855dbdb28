import { expect, it, vi } from "vitest";
import { loadOnce } from "../../src/internal/load-once.js";

it("loads at the first use, and has it at hand from then on", async () => {
  const load = vi.fn(async () => ({ answer: 42 }));
  const module = loadOnce(load);
  expect(load).not.toHaveBeenCalled();
  const first = await module();
  expect(module()).toBe(first);
  expect(load).toHaveBeenCalledTimes(1);
});

it("tries again what could not be loaded", async () => {
  const load = vi.fn(async () => "module").mockRejectedValueOnce(new Error("no such file"));
  const module = loadOnce(load);
  await expect(module()).rejects.toThrow("no such file");
  expect(await module()).toBe("module");
});
