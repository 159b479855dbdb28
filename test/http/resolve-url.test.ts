import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { RequestError } from "../../src/errors.js";
import { resolveUrl } from "../../src/http/resolve-url.js";

const target = {
  baseUrl: "https://api.example.com/v2",
  origins: ["https://api.example.com", "https://uploads.example.com"],
  method: "GET",
};

function refusal(path: string | URL): unknown {
  try {
    return resolveUrl(path, target).href;
  } catch (error) {
    return error;
  }
}

describe("resolveUrl", () => {
  it.each([
    ["users", "https://api.example.com/v2/users"],
    ["/users", "https://api.example.com/v2/users"],
    ["/users?page=2&next=/../x", "https://api.example.com/v2/users?page=2&next=/../x"],
    ["", "https://api.example.com/v2"],
    ["/", "https://api.example.com/v2/"],
    ["?page=2", "https://api.example.com/v2?page=2"],
    ["/repos/contents/docs%2Freadme.md", "https://api.example.com/v2/repos/contents/docs%2Freadme.md"],
    ["/files/.gitignore", "https://api.example.com/v2/files/.gitignore"],
    ["/files/a..b/...", "https://api.example.com/v2/files/a..b/..."],
    ["/files/100%25", "https://api.example.com/v2/files/100%25"],
    ["/users/a@example.com", "https://api.example.com/v2/users/a@example.com"],
    ["/documents/1:batchUpdate", "https://api.example.com/v2/documents/1:batchUpdate"],
    ["/v2x", "https://api.example.com/v2/v2x"],
  ])("appends %o to the base URL", (path, href) => {
    expect(resolveUrl(path, target).href).toBe(href);
  });

  it("keeps a base URL's trailing slash from doubling", () => {
    const url = resolveUrl("/users", { ...target, baseUrl: "https://api.example.com/v2/" });
    expect(url.href).toBe("https://api.example.com/v2/users");
  });

  it("takes absolute URLs, strings or URL objects, on any declared origin", () => {
    expect(resolveUrl("https://uploads.example.com/a?b=1", target).href).toBe(
      "https://uploads.example.com/a?b=1",
    );
    expect(resolveUrl(new URL("https://api.example.com/other"), target).href).toBe(
      "https://api.example.com/other",
    );
  });

  it.each([
    ["another host", "https://evil.example/"],
    ["another scheme of a declared host", "http://api.example.com/"],
    ["another port of a declared host", "https://api.example.com:8443/"],
    ["a host that starts like a declared one", "https://api.example.com.evil.example/"],
    ["a host behind two slashes", "//evil.example/"],
    ["a host behind three slashes", "///evil.example/"],
    ["a host behind backslashes", "\\\\evil.example/"],
    ["a host behind a slash and a backslash", "/\\evil.example/"],
    ["a backslash on the way up", "/users\\..\\..\\admin"],
    ["a dot segment", "/users/./a"],
    ["the way up", "/users/../../admin"],
    ["the way up at the end", "/users/.."],
    ["the way up at the start", "../admin"],
    ["the way up, encoded", "/users/%2e%2E/admin"],
    ["the way up, half encoded", "/users/.%2e/admin"],
    ["the way up, encoded twice", "/users/%252e%252e/admin"],
    ["the way up between encoded slashes", "/files/a%2f..%2f..%2Fadmin"],
    ["the way up between encoded backslashes", "/files/a%5c..%5cadmin"],
    ["the way up, wholly encoded", "/files/%2e%2e%2fadmin"],
    ["the way up before a path parameter", "/users/..;x=1/admin"],
    ["the way up in an absolute URL", "https://api.example.com/v2/../admin"],
    ["an encoded slash and the way up in a URL object", new URL("https://api.example.com/a%2f..%2fb")],
    ["a line break", "/users\r\nHost: evil.example"],
    ["a tab inside a scheme", "java\tscript:alert(1)"],
    ["a leading space", " https://evil.example/"],
    ["a space", "/users/a b"],
    ["a NUL", "/users/\u0000"],
    ["user and password", "https://user:pass-of-user@api.example.com/"],
    ["a user that looks like the host", "https://api.example.com@evil.example/"],
    ["javascript:", "javascript:alert(1)"],
    ["file:", "file:///etc/passwd"],
    ["data:", "data:text/plain,hello"],
    ["a scheme without slashes", "https:evil.example"],
    ["a scheme with one slash", "https:/evil.example"],
    ["a scheme with three slashes", "https:///evil.example"],
    ["encoding beyond reason", `/users/%${"25".repeat(50)}2e`],
  ])("refuses %s", (_what, path) => {
    const error = refusal(path);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      code: "URL_FORBIDDEN",
      method: "GET",
      retryable: false,
      hint: expect.any(String),
    });
  });

  it("names the origins that are declared", () => {
    expect(refusal("https://evil.example/")).toMatchObject({
      hint: expect.stringContaining("https://api.example.com, https://uploads.example.com"),
    });
  });

  it.each([
    ["https://user:pass-of-user@evil.example/a?token=s3cr3t#s3cr3t", "https://evil.example/a"],
    ["//user:pass-of-user@evil.example/a?token=s3cr3t", "//evil.example/a"],
    ["/a/../b?token=s3cr3t", "/a/../b"],
    ["data:s3cr3t", "data:"],
  ])("shows of %o only what is no secret", (path, url) => {
    expect(refusal(path)).toMatchObject({ url });
  });

  beforeAll(() => fc.configureGlobal({ numRuns: 3_000 }));

  const anyPath = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc
      .array(
        fc.constantFrom(
          ..."/ \\ . .. %2e %2E %252e %2f %5c ; ? # @ : // http: https:// javascript: evil.example".split(
            " ",
          ),
          ..."api.example.com uploads.example.com v2 users \t \n %00 ．． 。 @evil.example".split(" "),
        ),
      )
      .map((parts) => parts.join("")),
  );

  it("leads to a declared origin, or nowhere, whatever is passed", () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const result = refusal(path);
        if (typeof result === "string") expect(target.origins).toContain(new URL(result).origin);
        else expect(result).toBeInstanceOf(RequestError);
      }),
    );
  });

  it("stays under the base URL's path with a relative path, also after a server has decoded it", () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const result = refusal(path);
        if (typeof result !== "string" || /^https?:/i.test(path)) return;
        expect(new URL(result).pathname).toMatch(/^\/v2(?:\/|$)/);
        const decoded = new URL(result).pathname
          .replace(/%2f/gi, "/")
          .replace(/%5c/gi, "/")
          .replace(/%2e/gi, ".");
        expect(new URL(decoded, "https://server.example").pathname).toMatch(/^\/v2(?:\/|$)/);
      }),
    );
  });
});
