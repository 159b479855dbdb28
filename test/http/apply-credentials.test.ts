import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../src/errors.js";
import { applyCredentials } from "../../src/http/apply-credentials.js";
import { fillText } from "../../src/internal/templates.js";

const SECRET = "s3cr\net";
const WHERE = { method: "GET", url: "https://api.acme.example/x" };

const applied = (apply: (request: Request) => Request | Promise<Request>): Promise<unknown> =>
  applyCredentials(new Request(WHERE.url), { apply }, WHERE).catch((error: unknown) => error);

function withHeader(request: Request, value: string): Request {
  request.headers.set("x-key", value);
  return request;
}

describe("applyCredentials", () => {
  it("resolves with the request that has them", async () => {
    const request = await applied((bare) => withHeader(bare, "key"));
    expect(request).toBeInstanceOf(Request);
  });

  it.each([
    ["at once", (request: Request) => withHeader(request, SECRET)],
    ["later", async (request: Request) => withHeader(request, SECRET)],
  ])("does not quote what no header can carry: %s", async (_when, apply) => {
    const error = await applied(apply);
    expect(error).toMatchObject({ code: "REQUEST_FAILED", ...WHERE, retryable: false });
    expect(inspect(error, { depth: 9 })).not.toContain("s3cr");
  });

  it("names a placeholder of the app that nobody fills in", async () => {
    const error = await applied((request) => withHeader(request, fillText("{shpo}", { shop: "acme" })));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path: "shpo" }] });
  });

  it("leaves an error of Mooring's as it is", async () => {
    const error = new ValidationError("wrong", { issues: [{ path: "x", message: "wrong" }] });
    expect(await applied(() => Promise.reject(error))).toBe(error);
  });
});
