import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../src/errors.js";
import { withFields } from "../../../src/schemes/api-key/body.js";
import { caught } from "../../support/actions.js";

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const add = (contentType: string | null, text: string, method = "POST") =>
  withFields({ method, contentType, text }, [["key", 'k"1']]);

describe("withFields", () => {
  it.each([
    ["a JSON object", JSON_TYPE, '{"a":1}', '{"a":1,"key":"k\\"1"}'],
    ["an empty JSON object", JSON_TYPE, " { } ", '{"key":"k\\"1"}'],
    ["a JSON object with the field", JSON_TYPE, '{"key":"forged","a":1}', '{"key":"k\\"1","a":1}'],
    ["a vendor's JSON", "application/vnd.acme+json; v=2", '{"a":1}\n', '{"a":1,"key":"k\\"1"}'],
    ["a form", FORM_TYPE, "a=%7e&key=forged", "a=%7e&key=k%221"],
    ["an empty form", `${FORM_TYPE};charset=UTF-8`, "", "key=k%221"],
  ])("adds to %s, keeping its type", (_what, contentType, text, expected) => {
    expect(add(contentType, text)).toEqual({ contentType, text: expected });
  });

  it.each([null, "text/plain"])(
    "makes a JSON body where there is none (declared type: %s)",
    (contentType) => {
      expect(add(contentType, "", "DELETE")).toEqual({ contentType: JSON_TYPE, text: '{"key":"k\\"1"}' });
    },
  );

  it("keeps numbers a JavaScript number cannot hold", () => {
    expect(add(JSON_TYPE, '{"id":12345678901234567890}').text).toBe(
      '{"id":12345678901234567890,"key":"k\\"1"}',
    );
  });

  it("leaves the rest of any object as it was", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat({ max: 3 }), (object, space) => {
        const { text } = add(JSON_TYPE, JSON.stringify(object, null, space));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ ...object, key: 'k"1' })));
      }),
    );
  });

  it.each([
    ["a GET request", null, "", "GET"],
    ["a HEAD request", null, "", "HEAD"],
    ["a JSON array", JSON_TYPE, '["SECRET"]', "POST"],
    ["broken JSON", JSON_TYPE, '{"a":SECRET', "POST"],
    ["a file", "multipart/form-data; boundary=x", "SECRET", "POST"],
    ["a body of unknown type", null, "SECRET", "POST"],
  ])(
    "explains what is supported when given %s, without repeating the body",
    (_what, contentType, text, method) => {
      const error = caught(() => add(contentType, text, method));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({ code: "CONFIG_INVALID", hint: expect.stringContaining("JSON object") });
      expect(JSON.stringify(error)).not.toMatch(/SECRET|k\\"1/);
    },
  );
});
