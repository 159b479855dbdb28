import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { catalogue } from "../../src/apps/index.js";
import type { AnyAuthScheme } from "../../src/ports/auth-scheme.js";
import { apiKey } from "../../src/schemes/api-key.js";
import { awsSigv4 } from "../../src/schemes/aws-sigv4.js";
import { basic } from "../../src/schemes/basic.js";
import { basicWithJwt } from "../../src/schemes/basic-with-jwt.js";
import { bearerToken } from "../../src/schemes/bearer-token.js";
import { githubApp } from "../../src/schemes/github-app.js";
import { googleServiceAccount } from "../../src/schemes/google-service-account.js";
import { hmac } from "../../src/schemes/hmac.js";
import { jwt } from "../../src/schemes/jwt.js";
import { noAuth } from "../../src/schemes/no-auth.js";
import { oauth1 } from "../../src/schemes/oauth1.js";
import { oauth1a } from "../../src/schemes/oauth1a.js";
import { oauth2 } from "../../src/schemes/oauth2.js";
import { twoStep } from "../../src/schemes/two-step.js";
import { acmeApp } from "../support/acme.js";
import { codeBlocks, codeSpans, readDocument, section, tableRows } from "./support/markdown.js";
import { membersOf } from "./support/members.js";

const readme = readDocument("README.md");
const rowsOf = (heading: string) => tableRows(section(readme, heading));
const manifest = z
  .object({
    version: z.string(),
    engines: z.object({ node: z.string() }),
    exports: z.record(z.string(), z.unknown()),
    peerDependencies: z.object({ kysely: z.string() }),
    devDependencies: z.object({
      typescript: z.string(),
      "@electric-sql/pglite": z.string(),
      "kysely-pglite-dialect": z.string(),
    }),
  })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

/** Codes in a table of the README, with the status beside them, and those in the code above it. */
function callbackStatuses() {
  const text = section(readme, "Callbacks");
  const inTable = tableRows(text).flatMap(([codes = "", status = ""]) =>
    codeSpans(codes).map((code) => [code, Number(status)] as const),
  );
  const [finish] = codeBlocks({ ...readme, text });
  const inCode = [...(finish?.code ?? "").matchAll(/^ {2}([A-Z_]+): \[(\d+), /gm)].map(
    ([, code = "", status]) => [code, Number(status)] as const,
  );
  return { inTable: Object.fromEntries(inTable), inCode: Object.fromEntries(inCode) };
}

/** Wrapped lines as one. */
const flat = (text: string) => text.replace(/\s+/g, " ");

describe("the README", () => {
  it("lists the entry points of package.json, in its order", () => {
    const names = Object.keys(manifest.exports).map((subpath) => `\`${subpath.replace(".", "mooring")}\``);
    expect(rowsOf("Entry points").map(([name]) => name)).toEqual(names);
  });

  it("names the versions that package.json asks for and .ci/run tests", () => {
    const supported = Object.fromEntries(rowsOf("Install").map(([name = "", text = ""]) => [name, text]));
    const run = readFileSync(".ci/run", "utf8");
    const nodes = [...run.matchAll(/^step .* suite_on (\d+)/gm)].map(([, major]) => major);
    expect(manifest.engines.node).toBe(">=20.19");
    expect(supported["Node"]).toBe(
      `20.19 and newer; \`.ci/run\` runs the tests on 20, ${nodes.slice(0, -1).join(", ")} and ${nodes.at(-1)}`,
    );
    const compilers = [...run.matchAll(/typecheck_with (\d+\.\d+)/g)].map(([, version = ""]) => version);
    const all = [...compilers, manifest.devDependencies.typescript].map((version) =>
      version.split(".", 2).join("."),
    );
    expect(versionsIn(supported["TypeScript"] ?? "")).toEqual([...all].sort());
    expect(manifest.peerDependencies.kysely).toBe(">=0.28");
    expect(readme.text).toContain(`mooring-${manifest.version}.tgz`);
  });

  it("names versions of PGlite and its dialect that fit: those the tests run with", () => {
    const { "@electric-sql/pglite": pglite, "kysely-pglite-dialect": dialect } = manifest.devDependencies;
    expect(readme.text).toContain(
      `npm install kysely @electric-sql/pglite@${pglite} kysely-pglite-dialect@${dialect}\n`,
    );
  });

  it("lists the options of a toolset, and which one is required", () => {
    const members = membersOf("src/core/toolset-options.ts", "MooringToolSetOptions");
    expect(members.length).toBeGreaterThan(10);
    expect(
      rowsOf("Options").map(([member = "", , standard]) => ({ member, required: standard === "required" })),
    ).toEqual(members);
  });

  it("lists the options of a request", () => {
    const members = membersOf("src/ports/request.ts", "RequestOptions");
    expect(members.length).toBeGreaterThan(5);
    expect(rowsOf("Connections").map(([member]) => member)).toEqual(members.map(({ member }) => member));
  });

  it("gives the answers to a failed callback that its code gives, to each error of a flow", () => {
    const { inTable, inCode } = callbackStatuses();
    // Not in the code's list: it is no failure to show.
    expect(inTable).toEqual({ AUTHORIZATION_DENIED: 303, ...inCode });
    const [, codes = ""] =
      rowsOf("Errors").find(([name = ""]) => codeSpans(name).includes("AuthorizationError")) ?? [];
    expect(Object.keys(inTable)).toEqual(expect.arrayContaining([...codeSpans(codes)]));
  });

  it("lists the apps that bring actions, with schemes and number of actions", () => {
    const ready = catalogue.filter(({ actions }) => actions.length > 0);
    const apps = ready.map(({ name, slug, authSchemes, actions }) => [
      name,
      `\`${slug}\``,
      authSchemes.map(({ scheme }) => `\`${scheme}\``).join(", "),
      String(actions.length),
    ]);
    expect(rowsOf("Apps")).toEqual(apps);
  });

  it("lists what each scheme asks for", () => {
    const app = acmeApp();
    const asked = ({ name, ...scheme }: AnyAuthScheme, settings: Readonly<Record<string, unknown>> = {}) => {
      const parsed = scheme.parseSettings({ scheme: name, ...settings });
      const developer = scheme.integrationParams(app, parsed, { callbackUrl: null });
      const user = scheme.connectionParams(app, parsed);
      return [name, developer.map((param) => param.name), user.map((param) => param.name)];
    };
    const placements = [{ in: "header", name: "X-Api-Key" }];
    const url = "https://a.example/";
    const ONE_LEG = { requestTokenUrl: url, authorizationUrl: url, accessTokenUrl: url };
    expect(
      rowsOf("Auth schemes").map(([name = "", developer = "", user = ""]) => [
        ...codeSpans(name),
        codeSpans(developer),
        codeSpans(user),
      ]),
    ).toEqual([
      asked(oauth2(), { authorizationUrl: "https://a.example/", tokenUrl: "https://a.example/" }),
      asked(apiKey(), { placements, secret: "optional" }),
      asked(bearerToken()),
      asked(basic()),
      asked(noAuth()),
      asked(oauth1(), ONE_LEG),
      asked(oauth1a(), ONE_LEG),
      asked(jwt(), { algorithm: "RS256" }),
      asked(basicWithJwt(), { tokenUrl: "https://a.example/", tokenPath: "token" }),
      asked(googleServiceAccount()),
      asked(githubApp()),
      asked(twoStep(), {
        fields: [{ name: "password", displayName: "Password", description: "Password", secret: true }],
        steps: [{ request: { url }, values: { token: { path: "token" } } }],
        placements: [{}],
      }),
      asked(hmac(), { canonical: ["{body}"], placements: [{ in: "header", name: "X-Signature" }] }),
      asked(awsSigv4(), { region: "us-east-1", service: "s3" }),
    ]);
  });

  it("lists every error class with its codes, as src/errors.ts has them", () => {
    const source = readFileSync("src/errors.ts", "utf8");
    const unions = [...source.matchAll(/^export type (\w+Error)Code =([^;]+);/gm)]
      .map(
        ([, name = "", members = ""]) =>
          [name, [...members.matchAll(/"(\w+)"/g)].map(([, code]) => code)] as const,
      )
      .filter(([name]) => name !== "MooringError");
    const rows = rowsOf("Errors").map(([name = "", codes = ""]) => [codeSpans(name)[0], codeSpans(codes)]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(unions));
  });

  it("names the limit of what is remembered as handed out", () => {
    const source = readFileSync("src/tools/offered-tools.ts", "utf8");
    expect(source).toContain("maxEntities = 10_000, maxAgeMs = 86_400_000");
    expect(flat(readme.text)).toContain("for a day, for up to 10,000 of them");
  });
});

/** Versions in a text, sorted. */
function versionsIn(text: string): readonly string[] {
  return [...text.matchAll(/\d+\.\d+/g)].map(([version]) => version).sort();
}
