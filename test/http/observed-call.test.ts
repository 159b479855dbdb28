import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuthenticatedFetch } from "../../src/http/authenticated-fetch.js";
import { createRequest } from "../../src/http/request.js";
import { openTelemetry } from "../../src/telemetry/opentelemetry.js";
import { credentialSource, networkRuntime } from "../support/credentials.js";
import type { LoopbackAnswer } from "../support/loopback-server.js";
import { loopbackServer } from "../support/loopback-server.js";
import { startSdk } from "../support/observed.js";

const HOST_SECRET = "tok-of-the-user";
let sdk: ReturnType<typeof startSdk>;
beforeEach(() => {
  sdk = startSdk();
});
afterEach(() => sdk.stop());

/** A call's two ways out, observed; the secret of the credentials could stand in a host. */
function callsTo(baseUrl: string) {
  const { source } = credentialSource({ baseUrl, secrets: () => [HOST_SECRET] });
  const observation = { telemetry: openTelemetry(sdk), attributes: { "mooring.app.slug": "acme" } };
  const runtime = networkRuntime();
  return {
    request: createRequest(source, runtime, { observation }),
    fetch: createAuthenticatedFetch(source, runtime, { observation }),
  };
}

async function answering(answer: LoopbackAnswer) {
  const { origin } = await loopbackServer(() => answer);
  return { ...callsTo(`${origin}/api`), port: Number(new URL(origin).port) };
}

const attributes = () => sdk.spans().map((span) => span.attributes);

describe("the span of a call", () => {
  it("says where it was sent to, and nothing of the path and the query", async () => {
    const { request, fetch, port } = await answering({ body: "[]" });
    await request("/tickets/7?state=open");
    await fetch("/tickets/7", { method: "PUT", body: "x" });
    const sent = { "mooring.app.slug": "acme", "server.address": "127.0.0.1", "server.port": port };
    expect(attributes()).toEqual([
      { ...sent, "http.request.method": "GET", "http.response.status_code": 200 },
      { ...sent, "http.request.method": "PUT", "http.response.status_code": 200 },
    ]);
  });

  it("says where a redirect led to, unless a secret stands there", async () => {
    const { origin } = await loopbackServer(() => ({ body: "moved" }));
    const elsewhere = origin.replace("127.0.0.1", "localhost");
    await (await answering({ status: 302, headers: { location: `${elsewhere}/` } })).request("/");
    const { request } = await answering({
      status: 302,
      headers: { location: `http://${HOST_SECRET}.localhost:1/` },
    });
    await expect(request("/", { retry: 0 })).rejects.toThrow();
    expect(attributes()).toEqual([
      expect.objectContaining({ "server.address": "localhost", "server.port": Number(new URL(origin).port) }),
      expect.not.objectContaining({ "server.address": expect.anything() }),
    ]);
    expect(JSON.stringify(sdk.spans())).not.toContain(HOST_SECRET);
  });

  it("says no host that was refused, and none that was never reached for", async () => {
    const { request } = callsTo("https://acme.example");
    await expect(request("https://made-up-by-a-model.example/")).rejects.toThrow();
    await expect(request("/", { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(attributes()).toEqual([
      { "mooring.app.slug": "acme", "http.request.method": "GET", "error.type": "URL_FORBIDDEN" },
      { "mooring.app.slug": "acme", "http.request.method": "GET", "error.type": "AbortError" },
    ]);
  });

  it("has the error of a call that nobody answered, with where it went", async () => {
    const { request } = callsTo("http://127.0.0.1:1/");
    await expect(request("/", { retry: 0 })).rejects.toThrow();
    expect(attributes()).toEqual([
      {
        "mooring.app.slug": "acme",
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": 1,
        "error.type": "REQUEST_FAILED",
      },
    ]);
  });

  it("ends when the answer begins: what is wrong with its body comes later", async () => {
    const { request } = await answering({ body: "no json" });
    await expect(request("/").json()).rejects.toMatchObject({ code: "RESPONSE_INVALID" });
    expect(sdk.spans()).toMatchObject([{ failed: false, attributes: { "http.response.status_code": 200 } }]);
  });
});
