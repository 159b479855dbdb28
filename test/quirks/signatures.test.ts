import { createHash, createHmac, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ed25519Key } from "../support/keys.js";
import type { SentCall } from "./given.js";
import { connectWith } from "./given.js";

const mac = (hash: string, key: string | Buffer, text: string | Buffer, encoding: "hex" | "base64") =>
  createHmac(hash, key).update(text).digest(encoding);

const last = (sent: readonly SentCall[]): SentCall => {
  const call = sent.at(-1);
  if (call === undefined) throw new Error("Nothing was sent.");
  return call;
};
const header = (call: SentCall, name: string): string => call.headers.get(name) ?? "";

describe("a request that is signed", () => {
  it("for Duo has a signature over date, method, host, path and parameters for a password", async () => {
    const host = "api-1a2b3c4d.duosecurity.com";
    const { connection, sent } = await connectWith("duo", {
      params: {
        host,
        integration_key: "DIWJ8X6AEYOR5OMC6TQ1",
        secret_key: "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep",
      },
    });
    await connection.request("/admin/v1/users", {
      searchParams: { username: "root", realname: "First Last" },
    });
    const call = last(sent);
    const date = header(call, "date");
    expect(date).toMatch(/^Tue, 24 Nov 2026 12:00:00 (?:-0000|\+0000|GMT)$/);
    const canonical = [date, "GET", host, "/admin/v1/users", "realname=First%20Last&username=root"].join(
      "\n",
    );
    const signature = mac("sha1", "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep", canonical, "hex");
    const basic = Buffer.from(`DIWJ8X6AEYOR5OMC6TQ1:${signature}`).toString("base64");
    expect(header(call, "authorization")).toBe(`Basic ${basic}`);
  });

  it("for Binance has the signature after the parameters it is of", async () => {
    const { connection, sent } = await connectWith("binance", {
      params: {
        api_key: "key",
        api_secret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
      },
    });
    await connection.request("/openOrders?symbol=LTCBTC");
    const call = last(sent);
    expect(header(call, "x-mbx-apikey")).toBe("key");
    const [, signed = "", signature] =
      /^GET https:\/\/api\.binance\.com\/api\/v3\/openOrders\?(.*)&signature=(.*)$/.exec(call.line) ?? [];
    expect(signed).toBe("symbol=LTCBTC&timestamp=1795521600000");
    const secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
    expect(signature).toBe(mac("sha256", secret, signed, "hex"));
  });

  it("for Kraken has a hash of nonce and form within what is signed", async () => {
    const secret = Buffer.from("kraken-private-key").toString("base64");
    const { connection, sent } = await connectWith("kraken", {
      params: { api_key: "key", private_key: secret },
    });
    await connection.request("/AddOrder", {
      method: "POST",
      body: new URLSearchParams({ ordertype: "limit", pair: "XBTUSD" }),
    });
    const call = last(sent);
    expect(call.line).toBe("POST https://api.kraken.com/0/private/AddOrder");
    const nonce = new URLSearchParams(call.body).get("nonce") ?? "";
    const inner = createHash("sha256")
      .update(nonce + call.body)
      .digest();
    const text = Buffer.concat([Buffer.from("/0/private/AddOrder"), inner]);
    expect(header(call, "api-sign")).toBe(mac("sha512", Buffer.from(secret, "base64"), text, "base64"));
    expect(header(call, "api-key")).toBe("key");
    await connection.request("/Balance", { method: "POST", body: new URLSearchParams({ asset: "ZEUR" }) });
    // The clock of this test stands still.
    expect(Number(new URLSearchParams(last(sent).body).get("nonce"))).toBe(Number(nonce) + 1);
  });

  it("for Revolut X is signed with an Ed25519 key", async () => {
    const { pkcs8, publicKey } = ed25519Key();
    const api_key = "a".repeat(64);
    const { connection, sent } = await connectWith("revolutx", { params: { api_key, private_key: pkcs8 } });
    await connection.request("/orders", { method: "POST", json: { side: "buy" } });
    const call = last(sent);
    const text = `${header(call, "x-revx-timestamp")}POST/api/1.0/orders${call.body}`;
    const signature = Buffer.from(header(call, "x-revx-signature"), "base64");
    expect(verify(null, Buffer.from(text), publicKey, signature)).toBe(true);
    expect(header(call, "x-revx-api-key")).toBe(api_key);
  });

  it("for Huawei Cloud has a digest with the secret in it (WSSE)", async () => {
    const { connection, sent } = await connectWith("huaweicloudsms", {
      params: { region: "cn-north-4", app_key: "key", app_secret: "secret" },
    });
    await connection.request("/batchSendSms/v1", { method: "POST", body: new URLSearchParams({ to: "1" }) });
    const call = last(sent);
    expect(header(call, "authorization")).toBe('WSSE realm="SDP",profile="UsernameToken",type="Appkey"');
    const [, digest, nonce, created] =
      /^UsernameToken Username="key",PasswordDigest="(.*)",Nonce="(.*)",Created="(.*)"$/.exec(
        header(call, "x-wsse"),
      ) ?? [];
    expect(created).toBe("2026-11-24T12:00:00Z");
    expect(digest).toBe(createHash("sha256").update(`${nonce}${created}secret`).digest("base64"));
  });

  it.each([
    [
      "amazons3",
      { region: "eu-central-1" },
      "s3.eu-central-1.amazonaws.com",
      "20261124/eu-central-1/s3/aws4_request",
      "UNSIGNED-PAYLOAD",
    ],
    [
      "cloudflarer2",
      { account_id: "0123456789abcdef0123456789abcdef" },
      "0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com",
      "20261124/auto/s3/aws4_request",
      createHash("sha256").update("").digest("hex"),
    ],
  ])("for %s has a Signature Version 4", async (slug, params, host, scope, payload) => {
    const keys = {
      access_key_id: "AKIDEXAMPLE",
      secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    };
    const { connection, sent } = await connectWith(slug, { params: { ...params, ...keys } });
    await connection.request("/bucket/a.txt");
    const call = last(sent);
    expect(call.line).toBe(`GET https://${host}/bucket/a.txt`);
    const names = "host;x-amz-content-sha256;x-amz-date";
    const date = "20261124T120000Z";
    const canonical = `GET\n/bucket/a.txt\n\nhost:${host}\nx-amz-content-sha256:${payload}\nx-amz-date:${date}\n\n${names}\n${payload}`;
    const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
    const key = scope
      .split("/")
      .reduce<string | Buffer>(
        (former, part) => createHmac("sha256", former).update(part).digest(),
        `AWS4${keys.secret_access_key}`,
      );
    expect(header(call, "authorization")).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${names}, Signature=${mac("sha256", Buffer.from(key), text, "hex")}`,
    );
  });

  it("for Amazon SES covers the body", async () => {
    const keys = { access_key_id: "AKIDEXAMPLE", secret_access_key: "secret" };
    const { connection, sent } = await connectWith("amazonses", {
      params: { region: "eu-central-1", ...keys },
    });
    await connection.request("/outbound-emails", { method: "POST", json: { a: 1 } });
    await connection.request("/outbound-emails", { method: "POST", json: { a: 2 } });
    const [first, second] = sent.slice(-2).map((call) => header(call, "authorization"));
    expect(first).toContain("Credential=AKIDEXAMPLE/20261124/eu-central-1/ses/aws4_request");
    expect(second).not.toBe(first);
  });
});
