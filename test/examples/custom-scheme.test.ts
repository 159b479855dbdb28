import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { main, wsse } from "../../examples/custom-scheme.js";
import { schemeConformance } from "../../src/testing/index.js";
import { harness } from "../schemes/harness.js";

describe("the scheme of examples/custom-scheme.ts", () => {
  const cases = schemeConformance({
    create: wsse,
    settings: { header: "X-WSSE" },
    otherSettings: { header: "X-Token" },
    wrongSettings: [{ input: { header: "two words" }, field: "header" }],
    users: [
      { values: { username: "ada", password: "password of ada" } },
      { values: { username: "bob", password: "password of bob" } },
    ],
    wrongValues: [
      { input: { username: "ada" }, field: "password" },
      { input: { username: 'ada"quoted', password: "password of ada" }, field: "username" },
    ],
  });
  for (const { name, run } of cases) it(name, run);

  it("sends a digest of the password, the nonce and the time", async () => {
    const now = Date.UTC(2003, 11, 15, 14, 43, 7);
    const journal = wsse();
    const settings = journal.parseSettings({ header: "X-WSSE" });
    const { apply, connect } = harness({ ...journal, parseSettings: () => settings }, {}, { now });
    const credentials = await connect({ username: "bob", password: "taadtaadpstcsm" });
    const request = await apply(credentials, new Request("https://journal.example/"));
    const sent = request.headers.get("x-wsse") ?? "";
    const [, digest, nonce, created] =
      /^UsernameToken Username="bob", PasswordDigest="(.+)", Nonce="(.+)", Created="(.+)"$/.exec(sent) ?? [];
    expect(created).toBe("2003-12-15T14:43:07.000Z");
    expect(digest).toBe(createHash("sha1").update(`${nonce}${created}taadtaadpstcsm`).digest("base64"));
  });

  it("connects, and calls with the token in place of the password", async () => {
    const lines: string[] = [];
    await main((line) => lines.push(line));
    expect(lines).toEqual(['UsernameToken Username="…", PasswordDigest="…", Nonce="…", Created="…"']);
  });
});
