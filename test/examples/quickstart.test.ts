import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

let output = { stdout: "", stderr: "" };
beforeAll(async () => {
  // Rejects when the demo exits with anything but 0.
  output = await promisify(execFile)(process.execPath, ["--import", "tsx", "examples/quickstart.ts"], {
    cwd: root,
  });
});

describe("the demo", () => {
  it("runs every step of the main job", () => {
    const rows = output.stdout.split("\n").filter((line) => /^ {2}[✓✗] +\d+ {2}/.test(line));
    expect(rows.map((row) => row.trim().charAt(0))).toEqual(Array.from({ length: 10 }, () => "✓"));
  });

  it("shows a connection request, a refresh, a refusal and ciphertext", () => {
    expect(output.stdout).toMatch(
      /"connectionStatus": "INITIATED",\n.*"connectedAccountId": "[0-9a-f-]{36}"/,
    );
    expect(output.stdout).toContain("With the old token the API answers 401.");
    expect(output.stdout).toContain("Token requests: refresh_token → 200.");
    expect(output.stdout).toContain('"code": "CONNECTION_REQUIRED"');
    expect(output.stdout).toContain("This flow was started by another entity: nothing was activated.");
    expect(output.stdout).toMatch(/"credentials": "eyJ[\w.-]+…"/);
    expect(output.stdout).toMatch(/codes, tokens and client secrets: 0 found/);
  });

  it("is plain text of at most 100 columns, with nothing on stderr", () => {
    expect(Math.max(...output.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(output.stdout).not.toContain("\u001B");
    expect(output.stderr).toBe("");
  });
});
