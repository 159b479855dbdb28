import { defineAction, defineApp } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { setUp } from "../../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const SENDER = "sender & secret";
const PASSWORD = "pass<word>";
const field = (name: string) => ({ name, displayName: name, description: name, secret: true });

const erp = defineApp({
  slug: "erp",
  name: "ERP",
  description: "A server that speaks XML",
  baseUrl: "https://erp.example",
  authSchemes: [
    {
      scheme: "TWO_STEP",
      fields: [{ ...field("sender_password"), from: "integration" }, field("password")],
      steps: [
        {
          request: {
            url: "https://erp.example/login",
            format: "xml",
            body: "<login><sender>{sender_password}</sender><password>{password}</password></login>",
          },
          values: { token: { path: "answer.session" } },
          failure: { path: "answer.status", equals: "failure" },
          message: "answer.why",
        },
      ],
      placements: [
        { in: "xml", name: "call.sender", template: "{sender_password}" },
        { in: "xml", name: "call.session", template: "{token}" },
      ],
    },
  ],
  actions: [
    defineAction({
      name: "ERP_CALL",
      app: "erp",
      description: "Calls the server.",
      input: z.strictObject({}),
      execute: (_input, { request }) =>
        request("/call", { method: "POST", body: "<call><sender/><session/></call>" }).text(),
    }),
  ],
});

function logins(answer: string, type = "text/xml"): string[] {
  const bodies: string[] = [];
  server.use(
    http.post("https://erp.example/login", async ({ request }) => {
      bodies.push(await request.text());
      return new HttpResponse(answer, { headers: { "content-type": type } });
    }),
  );
  return bodies;
}

async function connect(password: string) {
  const { toolset } = setUp({ apps: [erp] });
  const authConfig = { sender_password: SENDER };
  const integration = await toolset.createIntegration({ app: "erp", authScheme: "TWO_STEP", authConfig });
  const request = toolset
    .getEntity("ada")
    .initiateConnection({ integrationId: integration.id, connectionParams: { password } });
  return { toolset, made: await request.catch((error: unknown) => error) };
}

describe("TWO_STEP with a login in XML", () => {
  it("escapes what it sends, and keeps what the answer says", async () => {
    const bodies = logins("<answer><session>s-1</session></answer>", "application/soap+xml");
    const { toolset } = await connect(PASSWORD);
    expect(bodies).toEqual([
      "<login><sender>sender &amp; secret</sender><password>pass&lt;word&gt;</password></login>",
    ]);
    server.use(
      http.post("https://erp.example/call", async ({ request }) => HttpResponse.text(await request.text())),
    );
    const connection = await toolset.getEntity("ada").getConnection({ app: "erp" });
    const response = await connection.request("/call", {
      method: "POST",
      body: "<call><sender/><session/></call>",
    });
    expect(await response.text()).toBe(
      "<call><sender>sender &amp; secret</sender><session>s-1</session></call>",
    );
  });

  it("lets no model see the developer's secret that an API echoes, escaped or not", async () => {
    logins("<answer><session>s-1</session></answer>");
    server.use(
      http.post("https://erp.example/call", async ({ request }) =>
        HttpResponse.text(`${SENDER}: ${await request.text()}`),
      ),
    );
    const { toolset } = await connect(PASSWORD);
    const answer = await toolset.executeAction({ action: "ERP_CALL", entityId: "ada", params: {} });
    expect(answer).toEqual({
      successful: true,
      data: "[redacted]: <call><sender>[redacted]</sender><session>s-1</session></call>",
      error: null,
    });
  });

  it.each([
    ["is refused", "<answer><status>failure</status><why>no</why></answer>", "CREDENTIALS_REFUSED"],
    ["has no session", "<answer/>", "TOKEN_RESPONSE_INVALID"],
    ["is cut off", "<answer><session>s-1</session>", "TOKEN_RESPONSE_INVALID"],
    ["is a page", "<!DOCTYPE html><html><br></html>", "TOKEN_RESPONSE_INVALID"],
  ])("stores nothing of a login whose answer %s", async (_what, text, code) => {
    logins(text);
    const { toolset, made } = await connect(PASSWORD);
    expect(made).toMatchObject({ code });
    expect(await toolset.getEntity("ada").getConnections()).toEqual([]);
  });

  it("refuses what XML cannot hold before anything is sent, and does not quote it", async () => {
    const bodies = logins("<answer><session>s-1</session></answer>");
    const { made } = await connect("pass\u0001word");
    expect(made).toMatchObject({ code: expect.stringMatching(/^(?:INPUT|CONFIG)_INVALID$/) });
    expect(String(made)).not.toContain("pass\u0001word");
    expect(bodies).toEqual([]);
  });
});
