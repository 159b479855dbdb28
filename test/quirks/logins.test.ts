import { createHash, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeJwt, ecKey, isSignedBy, rsaKey } from "../support/keys.js";
import { connectWith } from "./given.js";
import { NOW } from "./journey.js";

const bearer = (headers: Headers | undefined): string =>
  headers?.get("authorization")?.slice("Bearer ".length) ?? "";

describe("a login that gives cookies", () => {
  it("is SAP Business One's: both cookies go with every call, and it is done again when they are over", async () => {
    const { connection, sent } = await connectWith("sapbusinessone", {
      params: { host: "b1.acme.example", company: "SBODEMOUS", username: "manager", password: "pa$$" },
      answer: ({ line, headers }, count) => {
        if (line.endsWith("/Login")) {
          const answer = Response.json({ SessionId: "s", Version: "1000200", SessionTimeout: 30 });
          answer.headers.append("set-cookie", `B1SESSION=s${count};HttpOnly;Secure`);
          answer.headers.append("set-cookie", "ROUTEID=.node1; path=/b1s");
          return answer;
        }
        return headers.get("cookie")?.includes("B1SESSION=s1;") === true && line.endsWith("/Orders")
          ? Response.json({ error: { code: 301 } }, { status: 401 })
          : undefined;
      },
    });
    expect([sent[0]?.line, sent[0]?.body]).toEqual([
      "POST https://b1.acme.example:50000/b1s/v2/Login",
      `{"CompanyDB":"SBODEMOUS","UserName":"manager","Password":"pa$$"}`,
    ]);
    await connection.request("/Items");
    expect(sent.at(-1)?.headers.get("cookie")).toBe("B1SESSION=s1; ROUTEID=.node1");
    await connection.request("/Orders");
    expect(sent.slice(-2).map(({ line }) => line)).toEqual([
      "POST https://b1.acme.example:50000/b1s/v2/Login",
      "GET https://b1.acme.example:50000/b1s/v2/Orders",
    ]);
    await connection.revoke();
    expect(sent.at(-1)?.line).toBe("POST https://b1.acme.example:50000/b1s/v2/Logout");
    expect(sent.at(-1)?.headers.get("cookie")).toMatch(/^B1SESSION=s\d; ROUTEID=\.node1$/);
  });
});

describe("a login at a port of the installation's own", () => {
  const params = { host: "b1.acme.example", company: "SBODEMOUS", username: "manager", password: "pa$$" };

  it("is SAP Business One's where the user says so", async () => {
    const { connection, sent } = await connectWith("sapbusinessone", {
      params: { ...params, port: "50100" },
      answer: () => Response.json({}, { headers: { "set-cookie": "B1SESSION=s1" } }),
    });
    await connection.request("/Items");
    expect(sent.map(({ line }) => line)).toEqual([
      "POST https://b1.acme.example:50100/b1s/v2/Login",
      "GET https://b1.acme.example:50100/b1s/v2/Items",
    ]);
  });

  it.each(["50000@evil.example", "80/x", "99999", "-1"])("is not %j", async (port) => {
    const connecting = connectWith("sapbusinessone", { params: { ...params, port } });
    await expect(connecting).rejects.toMatchObject({ code: expect.stringMatching(/_INVALID$/) });
  });
});

describe("a login with HTTP Basic that gives a JWT", () => {
  it("is Jamf Pro's: it is done again before the token expires", async () => {
    const { connection, sent, time } = await connectWith("jamfpro", {
      params: { subdomain: "acme", username: "ada", password: "p" },
      answer: ({ line }, count) => {
        if (!line.includes("/auth/token")) return Response.json({ account: { id: "1", username: "ada" } });
        const expires = new Date(NOW + count * 1_200_000).toISOString();
        return Response.json({ token: `t${count}`, expires });
      },
    });
    expect(sent[0]?.line).toBe("POST https://acme.jamfcloud.com/api/v1/auth/token");
    expect(sent[0]?.headers.get("authorization")).toBe("Basic YWRhOnA=");
    await connection.request("/v1/computers");
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer t1");
    time.now += 1_200_000;
    await connection.request("/v1/computers");
    expect(bearer(sent.at(-1)?.headers)).not.toBe("t1");
  });
});

describe("a key that signs tokens", () => {
  it("of Snowflake has the fingerprint of its public half in the issuer", async () => {
    const { pkcs8, publicKey } = rsaKey();
    const { connection, sent } = await connectWith("snowflake", {
      params: { account: "myorg-account123", username: "ada", private_key: pkcs8.replaceAll("\n", "\\n") },
    });
    await connection.request("/statements");
    const call = sent.at(-1);
    expect(call?.line).toBe("GET https://myorg-account123.snowflakecomputing.com/api/v2/statements");
    expect(call?.headers.get("x-snowflake-authorization-token-type")).toBe("KEYPAIR_JWT");
    const token = bearer(call?.headers);
    expect(isSignedBy(token, publicKey)).toBe(true);
    const der = createPublicKey(pkcs8).export({ type: "spki", format: "der" });
    const fingerprint = createHash("sha256").update(der).digest("base64");
    expect(decodeJwt(token).claims).toEqual({
      iss: `MYORG-ACCOUNT123.ADA.SHA256:${fingerprint}`,
      sub: "MYORG-ACCOUNT123.ADA",
      iat: NOW / 1000,
      exp: NOW / 1000 + 3_600,
    });
  });

  it("of App Store Connect is named in the header, and its tokens live twenty minutes", async () => {
    const { pkcs8, publicKey } = ecKey();
    const issuer_id = "57246542-96fe-1a63-e053-0824d011072a";
    const { connection, sent } = await connectWith("appstoreconnect", {
      params: { issuer_id, key_id: "2X9R4HXF34", private_key: pkcs8 },
    });
    await connection.request("/apps");
    const token = bearer(sent.at(-1)?.headers);
    expect(isSignedBy(token, publicKey)).toBe(true);
    const { header, claims } = decodeJwt(token);
    expect(header).toEqual({ alg: "ES256", kid: "2X9R4HXF34", typ: "JWT" });
    expect(claims).toEqual({
      iss: issuer_id,
      aud: "appstoreconnect-v1",
      iat: NOW / 1000,
      exp: NOW / 1000 + 1_200,
    });
  });

  it("of Ghost is hex after its id, and signs for five minutes", async () => {
    const secret = "0123456789abcdef".repeat(4);
    const { connection, sent } = await connectWith("ghost", {
      params: { domain: "blog.acme.example", admin_key: `abc123:${secret}` },
    });
    await connection.request("/posts/");
    const call = sent.at(-1);
    const token = call?.headers.get("authorization")?.slice("Ghost ".length) ?? "";
    expect(isSignedBy(token, Buffer.from(secret, "hex"))).toBe(true);
    const { header, claims } = decodeJwt(token);
    expect(header).toMatchObject({ alg: "HS256", kid: "abc123" });
    expect(claims).toMatchObject({ aud: "/admin/", iat: NOW / 1000, exp: NOW / 1000 + 300 });
  });

  it("of a Google service account, pasted as it was downloaded, gets a token for the user it acts for", async () => {
    const { pkcs8, publicKey } = rsaKey();
    const file = {
      type: "service_account",
      client_email: "robot@acme.iam.gserviceaccount.com",
      private_key: pkcs8,
      private_key_id: "key-1",
      token_uri: "https://evil.example/token",
      universe_domain: "googleapis.com",
    };
    const { connection, sent } = await connectWith("googledrive", {
      authScheme: "GOOGLE_SERVICE_ACCOUNT",
      params: { service_account_json: JSON.stringify(file), subject: "ada@acme.example" },
      answer: ({ line }) =>
        line.includes("oauth2.googleapis.com")
          ? Response.json({ access_token: "ya29.a", token_type: "Bearer", expires_in: 3599 })
          : Response.json({ user: { permissionId: "7", emailAddress: "ada@acme.example" } }),
    });
    expect(sent[0]?.line).toBe("POST https://oauth2.googleapis.com/token");
    const form = new URLSearchParams(sent[0]?.body);
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const assertion = form.get("assertion") ?? "";
    expect(isSignedBy(assertion, publicKey)).toBe(true);
    expect(decodeJwt(assertion).claims).toMatchObject({
      iss: "robot@acme.iam.gserviceaccount.com",
      sub: "ada@acme.example",
      aud: "https://oauth2.googleapis.com/token",
      scope: "https://www.googleapis.com/auth/drive",
    });
    await connection.request("/files");
    expect(bearer(sent.at(-1)?.headers)).toBe("ya29.a");
  });
});

describe("a login in XML", () => {
  const READ = `<request><control><senderid/><password/><controlid>1</controlid></control><operation><authentication><sessionid/></authentication><content><function controlid="1"><read><object>VENDOR</object></read></function></content></operation></request>`;
  const session = (count: number) =>
    new Response(
      `<?xml version="1.0"?><response><control><status>success</status></control><operation><authentication><status>success</status><sessiontimeout>${new Date(NOW + count * 3_600_000).toISOString()}</sessiontimeout></authentication><result><status>success</status><data><api><sessionid>s&amp;${count}</sessionid></api></data></result></operation></response>`,
      { headers: { "content-type": 'text/xml; charset="UTF-8"' } },
    );
  const given = {
    authConfig: { sender_id: "acme", sender_password: "sender<pass>" },
    params: { company_id: "Acme & Sons", user_id: "ada", user_password: "pa<ss>" },
  };

  it("is Sage Intacct's: what is given goes into it escaped, and the session into the body of every call", async () => {
    const { connection, sent, time } = await connectWith("sageintacct", {
      ...given,
      answer: ({ body }, count) => (body.includes("getAPISession") ? session(count) : undefined),
    });
    expect(sent[0]?.line).toBe("POST https://api.intacct.com/ia/xml/xmlgw.phtml");
    expect(sent[0]?.headers.get("content-type")).toBe("application/xml");
    expect(sent[0]?.body).toContain("<senderid>acme</senderid>\n    <password>sender&lt;pass&gt;</password>");
    expect(sent[0]?.body).toContain(
      "<userid>ada</userid>\n        <companyid>Acme &amp; Sons</companyid>\n        <password>pa&lt;ss&gt;</password>",
    );
    const send = () => connection.request("/xmlgw.phtml", { method: "POST", body: READ });
    await send();
    expect(sent.at(-1)?.body).toBe(
      READ.replace("<senderid/>", "<senderid>acme</senderid>")
        .replace("<password/>", "<password>sender&lt;pass&gt;</password>")
        .replace("<sessionid/>", "<sessionid>s&amp;1</sessionid>"),
    );
    time.now += 3_600_000;
    await send();
    expect(sent.at(-1)?.body).toContain("<sessionid>s&amp;3</sessionid>");
  });

  it("that is refused says why", async () => {
    const refusal = connectWith("sageintacct", {
      ...given,
      answer: () =>
        new Response(
          `<response><control><status>success</status></control><operation><authentication><status>failure</status></authentication><errormessage><error><errorno>XL03000006</errorno><description/><description2>Sign-in information is incorrect</description2></error></errormessage></operation></response>`,
          { headers: { "content-type": "text/xml" } },
        ),
    });
    await expect(refusal).rejects.toMatchObject({ status: 200, providerError: "XL03000006" });
    await expect(refusal).rejects.toThrow("Sign-in information is incorrect");
  });
});
