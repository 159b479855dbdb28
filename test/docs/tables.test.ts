import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/apps/index.js";
import { nextStatus } from "../../src/core/connection-state.js";
import { defineApp } from "../../src/ports/app.js";
import { codeSpans, readDocument, section, tableRows } from "./support/markdown.js";
import { membersOf } from "./support/members.js";

const docs = (name: string) => readDocument(`docs/${name}.md`);
const firstCells = (text: string) => tableRows(text).flatMap(([cell = ""]) => codeSpans(cell));
/** What follows the first table. */
const afterTable = (text: string) => text.slice(text.indexOf("\n\n", text.indexOf("|---|")));

/** Packages the files of a folder import, in any form of import. */
function packagesIn(folder: string): readonly string[] {
  const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(`${folder}/${path}`, "utf8"));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/(?: from |\bimport\()"((?:@[\w-]+\/)?[\w-]+)"/g)].map(([, name = ""]) => name),
  );
  return [...new Set(names)].sort();
}

const STATUSES = ["INITIATED", "ACTIVE", "INACTIVE", "EXPIRED", "REVOKED", "FAILED"] as const;
/** Their APIs have no endpoint that says whose a key is, or none that a catalogue entry vouches for yet. */
const WITHOUT_ACCOUNT = [
  "algolia",
  "amazons3",
  "amazonses",
  "anthropic",
  "appstoreconnect",
  "auth0",
  "backmarket",
  "bravesearch",
  "cloudflarer2",
  "dayforce",
  "deepl",
  "duo",
  "exa",
  "ghost",
  "greenhouse",
  "groq",
  "hackernews",
  "huaweicloudsms",
  "kraken",
  "linearmcp",
  "mailgun",
  "mistral",
  "netsuite",
  "oktaservice",
  "openai",
  "openrouter",
  "openweathermap",
  "optimizely",
  "paypal",
  "perplexity",
  "printful",
  "quickbooks",
  "resend",
  "revolut",
  "revolutx",
  "sageintacct",
  "salesforcedatacloud",
  "sapbusinessone",
  "sendgrid",
  "sentry",
  "snowflake",
  "tavily",
  "tiktokads",
  "tripit",
  "twilio",
  "withings",
  "xero",
  "zoomserver",
];
const EVENTS = ["connected", "failed", "expired", "revoked", "disabled", "enabled"] as const;

describe("docs/connections.md", () => {
  it("has every transition there is, and no other", () => {
    const transitions = STATUSES.flatMap((status) =>
      EVENTS.map((event) => [status, event, nextStatus(status, event)] as const),
    ).filter(([, , next]) => next !== null);
    const rows = tableRows(section(docs("connections"), "Statuses")).map((row) => row.flatMap(codeSpans));
    expect(rows.map(String).sort()).toEqual(transitions.map(String).sort());
  });
});

describe("docs/connections.md on accounts", () => {
  it("says truly that an app says whose account it is wherever a provider does", () => {
    const silent = catalogue.filter(
      ({ slug, account, authSchemes }) =>
        account === null &&
        // An installation is of an account, and says of which.
        !authSchemes.some(({ scheme }) => scheme === "GITHUB_APP") &&
        !authSchemes.some((settings) => "scopes" in settings && settings.scopes.includes("openid")) &&
        // Apple's answers have an ID token whatever the scopes.
        slug !== "apple" &&
        !authSchemes.some((settings) => "account" in settings && settings.account !== null),
    );
    expect(silent.map(({ slug }) => slug)).toEqual(WITHOUT_ACCOUNT);
  });
});

describe("docs/apps.md", () => {
  const minimal = { slug: "acme", name: "Acme", description: "Tickets", baseUrl: "https://acme.example" };
  const oauth2 = { scheme: "OAUTH2", issuer: "https://acme.example" } as const;
  const [settings] = defineApp({ ...minimal, authSchemes: [oauth2] }).authSchemes;
  if (settings === undefined || !("tokenResponse" in settings))
    throw new Error("These are no OAUTH2 settings.");

  it("has every field of an app", () => {
    const app = defineApp({ ...minimal, authSchemes: [{ scheme: "NO_AUTH" }] });
    expect(firstCells(section(docs("apps"), "Fields of an app")).sort()).toEqual(Object.keys(app).sort());
  });

  it("has every quirk of OAUTH2", () => {
    const { scheme: _scheme, ...quirks } = settings;
    expect(firstCells(section(docs("apps"), "OAUTH2 and its quirks")).sort()).toEqual(
      Object.keys(quirks).sort(),
    );
  });

  it("has every quirk of a token response", () => {
    const text = afterTable(section(docs("apps"), "OAUTH2 and its quirks"));
    expect(firstCells(text).sort()).toEqual(Object.keys(settings.tokenResponse).sort());
  });
});

describe("docs/actions.md", () => {
  it("has every field of an action", () => {
    const source = readFileSync("src/ports/define-action.ts", "utf8");
    const [, margin = "", options = ""] =
      /const optionsSchema = [^{]*z\.strictObject\(\{\n( +)([\s\S]*?)^(?!\1) *\}\)/m.exec(source) ?? [];
    const fields = [...(margin + options).matchAll(new RegExp(`^${margin}(\\w+):`, "gm"))].map(
      ([, name]) => name,
    );
    expect(fields).toContain("name");
    expect(firstCells(section(docs("actions"), "A request as data"))).toEqual(fields);
  });

  it("has every code of the tool layer", () => {
    const source = readFileSync("src/tools/action-error.ts", "utf8");
    const union = /export type ToolErrorCode =([^;]+);/.exec(source)?.[1] ?? "";
    const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
    expect(firstCells(section(docs("actions"), "Running"))).toEqual(codes);
  });
});

describe("docs/storage.md", () => {
  it("has every table", () => {
    const source = readFileSync("src/storage/internal/sql/tables.ts", "utf8");
    const tables = [...source.matchAll(/^ {2}(mooring_\w+):/gm)].map(([, name]) => name);
    expect(firstCells(section(docs("storage"), "Setting up"))).toEqual(tables);
  });

  it("has every index", () => {
    const source = readFileSync("src/storage/internal/sql/migrations/initial-schema.ts", "utf8");
    const indexes = [...source.matchAll(/"(mooring_\w+_(?:index|unique))"/g)].map(([, name]) => name);
    expect(indexes.length).toBeGreaterThan(5);
    expect(firstCells(section(docs("storage"), "Indexes")).sort()).toEqual(indexes.sort());
  });
});

describe("docs/observability.md", () => {
  const namesIn = (path: string, pattern: RegExp) =>
    [...readFileSync(path, "utf8").matchAll(pattern)].map(([, name = ""]) => name);
  const attributes = tableRows(section(docs("observability"), "Attributes"));

  it("has every span", () => {
    const names = namesIn("src/ports/telemetry.ts", /^ {4}\| "(mooring\.[a-z.]+)"/gm);
    expect(names.length).toBeGreaterThan(3);
    expect(firstCells(section(docs("observability"), "Spans"))).toEqual(names);
  });

  it("has every attribute that the core and the requests set", () => {
    const files = ["src/core", "src/http"].flatMap((folder) =>
      readdirSync(folder).map((name) => `${folder}/${name}`),
    );
    const set = files.flatMap((file) => namesIn(file, /"((?:error|http|server|mooring)\.[a-z_.]+)":/g));
    expect(attributes.flatMap(([name = ""]) => codeSpans(name)).sort()).toEqual(
      [...new Set([...set, "error.type"])].sort(),
    );
  });

  it("says truly which of them metrics have", () => {
    const labels = namesIn("src/telemetry/opentelemetry/durations.ts", /^ {2}"([a-z_.]+)",$/gm);
    const inMetrics = attributes.filter(([, , , metrics]) => metrics === "yes");
    expect(inMetrics.flatMap(([name = ""]) => codeSpans(name)).sort()).toEqual([...labels].sort());
  });
});

describe("docs/architecture.md", () => {
  it("has every folder of src, with the packages its files import", () => {
    const folders = readdirSync("src", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const rows = tableRows(section(docs("architecture"), "Layers")).map(([folder = "", , packages]) => [
      ...codeSpans(folder),
      packages,
    ]);
    const imported = folders.map(({ name }) => [
      `src/${name}`,
      packagesIn(`src/${name}`).join(", ") || "none",
    ]);
    expect(rows.map(String).sort()).toEqual(imported.map(String).sort());
  });

  it("has every rule of refresh, each with code and tests", () => {
    const rows = tableRows(section(docs("architecture"), "Refresh"));
    expect(rows.map(([rule]) => rule)).toEqual(Array.from({ length: 10 }, (_, index) => `R${index + 1}`));
    expect(
      rows.filter(([, , code = "", test = ""]) => !(code.includes("src/") && test.includes("test/"))),
    ).toEqual([]);
  });
});

describe("docs/operations.md", () => {
  const documented = (heading: string) =>
    tableRows(section(docs("operations"), heading)).map(([field = ""]) => field);
  const members = (path: string, ...names: readonly string[]) =>
    names.flatMap((name) => membersOf(path, name).map(({ member }) => member));

  it("names what each piece of upkeep reports, in the order of its type", () => {
    expect(documented("deliverEvents")).toEqual(members("src/core/event-publisher.ts", "DeliveryReport"));
    expect(documented("sweep")).toEqual(members("src/core/sweep.ts", "SweepReport"));
    // The report is the last progress, whose cursor says no more than that it is over.
    const rotated = members("src/core/rotate-encryption-keys.ts", "KeyRotationProgress", "KeyRotationReport");
    expect(documented("rotateEncryptionKeys")).toEqual(rotated.filter((member) => member !== "`cursor`"));
  });
});

describe("SECURITY.md", () => {
  it("names code and a test for each threat", () => {
    const rows = tableRows(section(readDocument("SECURITY.md"), "Threats and defences"));
    expect(rows.length).toBeGreaterThan(20);
    expect(
      rows.filter(([, , code = "", test = ""]) => !(code.includes("`src/") && /`(?:test|src)\//.test(test))),
    ).toEqual([]);
  });
});
