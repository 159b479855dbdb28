import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isXmlText } from "../../../../src/internal/escape-xml.js";
import { placeInXml } from "../../../../src/schemes/internal/session/xml-placement.js";

const post = (body: string, headers: HeadersInit = {}): Request =>
  new Request("https://api.acme.example/", { method: "POST", headers, body });
const at = (name: string, template = "{token}") => ({ in: "xml", name, template }) as const;
const values = { token: "t", user: "ada" };

describe("placeInXml", () => {
  it.each([
    ["<a><t/></a>", "<a><t>t</t></a>"],
    ['<a><t k="1" /></a>', '<a><t k="1">t</t></a>'],
    [
      "<?xml version='1.0'?>\r\n<!-- <t/> --><a>\r\n\t<b><t/></b><t/>é𝄞</a>",
      "<?xml version='1.0'?>\r\n<!-- <t/> --><a>\r\n\t<b><t/></b><t>t</t>é𝄞</a>",
    ],
    ["<a>𝄞<![CDATA[<t/>]]><t/></a>", "<a>𝄞<![CDATA[<t/>]]><t>t</t></a>"],
  ])("fills the empty element in %j, and changes nothing else", async (body, expected) => {
    const placed = await placeInXml(post(body), [at("a.t")], values);
    expect(await placed.text()).toBe(expected);
  });

  it("fills several, wherever they are", async () => {
    const placements = [at("r.c.token"), at("r.c.user", "u={user}")];
    const placed = await placeInXml(post("<r><c><user/>-<token/></c></r>"), placements, values);
    expect(await placed.text()).toBe("<r><c><user>u=ada</user>-<token>t</token></c></r>");
  });

  it("keeps any value within its element", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }).filter(isXmlText), async (token) => {
        const placed = await placeInXml(post("<a><t/><u/></a>"), [at("a.t")], { token });
        expect(await placed.text()).toMatch(/^<a><t>[^<>]*<\/t><u\/><\/a>$/);
      }),
    );
  });

  it.each([
    [{}, "application/xml"],
    [{ "content-type": "application/soap+xml" }, "application/soap+xml"],
  ])("says that a text is XML where the caller did not say what it is: %j", async (headers, expected) => {
    const placed = await placeInXml(post("<a><t/></a>", headers), [at("a.t")], values);
    expect(placed.headers.get("content-type")).toBe(expected);
  });

  it.each([
    ["has no such element", post("<a><t></t></a>")],
    ["has it elsewhere", post("<a><b><t/></b></a>")],
    ["is no XML", post('{"a":1}')],
    ["is cut off", post("<a><t/>")],
    ["is not there", new Request("https://api.acme.example/")],
  ])("refuses a body that %s", async (_what, request) => {
    await expect(placeInXml(request, [at("a.t")], values)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
