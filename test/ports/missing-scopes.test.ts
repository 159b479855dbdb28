import { describe, expect, it } from "vitest";
import { defineApp } from "../../src/ports/app.js";
import { missingScopes } from "../../src/ports/missing-scopes.js";

const app = defineApp({
  slug: "acme",
  name: "Acme",
  description: "Acme's ticket system",
  baseUrl: "https://api.acme.example",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://acme.example/authorize",
      tokenUrl: "https://acme.example/token",
      impliedScopes: { admin: ["write"], write: ["read"], read: ["read"] },
    },
    { scheme: "BEARER_TOKEN" },
  ],
});

describe("missingScopes", () => {
  it.each<[string, { required: string[]; granted: string[]; missing: string[] }]>([
    ["nothing when nothing is required", { required: [], granted: ["read"], missing: [] }],
    ["nothing when all was granted", { required: ["read"], granted: ["write", "read"], missing: [] }],
    ["what was not granted", { required: ["read", "delete"], granted: ["read"], missing: ["delete"] }],
    ["nothing that a granted scope includes", { required: ["read"], granted: ["write"], missing: [] }],
    ["nothing that is included by way of another", { required: ["read"], granted: ["admin"], missing: [] }],
    [
      "a wide scope, though a narrow one was granted",
      { required: ["write"], granted: ["read"], missing: ["write"] },
    ],
    [
      "nothing when the provider did not say what it granted",
      { required: ["read"], granted: [], missing: [] },
    ],
    ["names every object has", { required: ["read"], granted: ["toString", "__proto__"], missing: ["read"] }],
  ])("gives %s", (_case, { required, granted, missing }) => {
    expect(missingScopes({ app, required, granted })).toEqual(missing);
  });
});
