import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportName, renderAppsIndex, renderCatalogue, slugsOf } from "../../scripts/apps-index.js";
import { renderCataloguePage } from "../../scripts/catalogue-page.js";
import * as index from "../../src/apps/index.js";
import { isObject } from "../../src/internal/json.js";
import type { AppDefinition } from "../../src/ports/app.js";
import { missingScopes } from "../../src/ports/missing-scopes.js";

const { catalogue, ...exported } = index;
const slugs = slugsOf(readdirSync("src/apps"));
const sourceOf = (app: AppDefinition) => readFileSync(`src/apps/${app.slug}.ts`, "utf8");
const oauth2Of = (app: AppDefinition) =>
  app.authSchemes.flatMap((settings) => ("tokenRequestFormat" in settings ? [settings] : []));

/** Every URL in a definition, with the place it stands at. */
function urlsIn(value: unknown, path = ""): readonly string[] {
  if (typeof value === "string") return /^[a-z]+:\/\//.test(value) ? [`${path}: ${value}`] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => urlsIn(child, `${path}.${key}`));
}

/** The properties of a JSON Schema that say nothing about themselves, by path. */
function undescribed(schema: unknown, path = ""): readonly string[] {
  if (!isObject(schema)) return [];
  const { properties, items } = schema;
  const own = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, child]) => {
    const { description } = isObject(child) ? child : {};
    const here = typeof description === "string" ? [] : [`${path}.${name}`];
    return [...here, ...undescribed(child, `${path}.${name}`)];
  });
  return [...own, ...undescribed(items, `${path}[]`)];
}

describe("the catalogue", () => {
  it("has one app for each file, and its index is up to date", () => {
    expect(catalogue.map(({ slug }) => slug)).toEqual(slugs);
    expect(readFileSync("src/apps/index.ts", "utf8")).toBe(renderAppsIndex(slugs));
    expect(readFileSync("src/apps/internal/catalogue.ts", "utf8")).toBe(renderCatalogue(slugs));
  });

  it("has a page that is up to date", () => {
    expect(readFileSync("docs/catalogue.md", "utf8")).toBe(renderCataloguePage(catalogue));
  });

  it("exports each app under its slug's name", () => {
    expect(exported).toEqual(Object.fromEntries(catalogue.map((app) => [exportName(app.slug), app])));
  });

  it("shows every scheme that is built in", () => {
    const schemes = new Set(catalogue.flatMap(({ authSchemes }) => authSchemes.map(({ scheme }) => scheme)));
    expect([...schemes].sort()).toEqual([
      "API_KEY",
      "AWS_SIGV4",
      "BASIC",
      "BASIC_WITH_JWT",
      "BEARER_TOKEN",
      "GITHUB_APP",
      "GOOGLE_SERVICE_ACCOUNT",
      "HMAC",
      "JWT",
      "NO_AUTH",
      "OAUTH1",
      "OAUTH1A",
      "OAUTH2",
      "TWO_STEP",
    ]);
  });

  it("asks for the narrowest scope that each action works with", () => {
    const actions = catalogue.flatMap((app) => app.actions);
    const narrowest = (prefix: string) =>
      Object.fromEntries(
        actions
          .filter(({ name, scopes }) => name.startsWith(`${prefix}_`) && scopes.length > 0)
          .map(({ name, scopes }) => [
            name.slice(prefix.length + 1),
            scopes.map((scope) => scope.slice(scope.lastIndexOf("/") + 1)).join(" "),
          ]),
      );
    // What only reads what is public needs no scope at GitHub.
    expect(narrowest("GITHUB")).toEqual({ CREATE_ISSUE: "public_repo", CREATE_ISSUE_COMMENT: "public_repo" });
    expect(narrowest("GMAIL")).toEqual({
      SEND_EMAIL: "gmail.send",
      CREATE_DRAFT: "gmail.compose",
      LIST_MESSAGES: "gmail.readonly",
      GET_MESSAGE: "gmail.readonly",
      MODIFY_LABELS: "gmail.modify",
      LIST_LABELS: "gmail.readonly",
    });
    expect(narrowest("GOOGLECALENDAR")).toEqual({
      LIST_CALENDARS: "calendar.calendarlist.readonly",
      LIST_EVENTS: "calendar.events.readonly",
      CREATE_EVENT: "calendar.events",
      UPDATE_EVENT: "calendar.events",
      DELETE_EVENT: "calendar.events",
      QUERY_FREE_BUSY: "calendar.freebusy",
    });
    expect(narrowest("SLACK")).toEqual({
      POST_MESSAGE: "chat:write",
      LIST_CHANNELS: "channels:read",
      GET_CHANNEL_HISTORY: "channels:history",
      GET_THREAD_REPLIES: "channels:history",
      FIND_USER_BY_EMAIL: "users:read.email",
      ADD_REACTION: "reactions:write",
    });
    expect(narrowest("LINEAR")).toEqual({
      GET_ME: "read",
      LIST_TEAMS: "read",
      SEARCH_ISSUES: "read",
      CREATE_ISSUE: "issues:create",
      UPDATE_ISSUE: "write",
      CREATE_COMMENT: "comments:create",
    });
  });

  it("has no two actions of one name", () => {
    const names = catalogue.flatMap(({ actions }) => actions.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(catalogue.map((app) => [app.slug, app] as const))("%s", (slug, app) => {
  it("has https URLs only", () => {
    expect(urlsIn(app).filter((url) => !url.includes(": https://"))).toEqual([]);
  });

  it("names its sources: the provider's documentation", () => {
    expect(app.docsUrl).toMatch(/^https:/);
    expect(sourceOf(app)).toMatch(/^ \* Source: https:\/\//m);
  });

  it("has three to six actions named after it, or leaves all calls to the host", () => {
    const names = app.actions.map(({ name }) => name);
    expect(names.length === 0 || (names.length >= 3 && names.length <= 6)).toBe(true);
    expect(names.filter((name) => !name.startsWith(`${slug.toUpperCase()}_`))).toEqual([]);
  });

  it("states what each action does to the world", () => {
    const source = sourceOf(app);
    expect(source.match(/defineAction\(/g) ?? []).toHaveLength(app.actions.length);
    expect(source.match(/^ {2}annotations[:,]/gm) ?? []).toHaveLength(app.actions.length);
    expect(app.actions.filter(({ annotations }) => annotations.readOnly && !annotations.idempotent)).toEqual(
      [],
    );
  });

  it("has actions that explain themselves", () => {
    for (const { name, description, inputSchema } of app.actions) {
      expect.soft(description.length, name).toBeGreaterThan(20);
      expect.soft(description, name).toMatch(/\.$/);
      expect.soft(undescribed(inputSchema), name).toEqual([]);
    }
  });

  it("asks by default for what its actions need", () => {
    const required = [...new Set(app.actions.flatMap(({ scopes }) => scopes))];
    const uncovered = oauth2Of(app).flatMap(({ scopes }) =>
      missingScopes({ app, required, granted: scopes }),
    );
    expect(uncovered).toEqual([]);
    expect(required.length === 0 || oauth2Of(app).some(({ scopes }) => scopes.length > 0)).toBe(true);
  });

  it("can end a grant, or says why not", () => {
    const stuck = oauth2Of(app).filter((settings) => !(settings.revocationUrl ?? settings.revocationRequest));
    expect(stuck.length === 0 || sourceOf(app).includes("No revocation:")).toBe(true);
  });
});
