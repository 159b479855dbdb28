import { SaxesParser } from "saxes";
import { ConfigurationError } from "../../../errors.js";
import { escapeXml } from "../../../internal/escape-xml.js";
import { rebuildRequest } from "../../../internal/rebuild-request.js";
import type { TemplateValues } from "../../../internal/templates.js";
import { fillText } from "../../../internal/templates.js";
import type { XmlPlacement } from "../../../ports/scheme-settings/two-step.js";

const HINT =
  "Send an XML body with an empty element at each path the app's `placements` name, such as `<sessionid/>`.";
const unfit = (message: string): ConfigurationError =>
  new ConfigurationError("CONFIG_INVALID", `The app puts its session into XML, and ${message}.`, {
    hint: HINT,
  });

/** Where the empty elements of a document are: from `start` to `end`, by their dot paths. */
function emptyElements(text: string): ReadonlyMap<string, { readonly start: number; readonly end: number }> {
  const found = new Map<string, { start: number; end: number }>();
  const path: string[] = [];
  let isWrong = false;
  const parser = new SaxesParser();
  parser.on("error", () => {
    isWrong = true;
  });
  parser.on("opentag", ({ name, isSelfClosing }) => {
    path.push(name);
    const end = parser.position;
    if (isSelfClosing) found.set(path.join("."), { start: text.lastIndexOf("<", end - 1), end });
  });
  parser.on("closetag", () => {
    path.pop();
  });
  parser.write(text).close();
  if (isWrong) throw unfit("the body of this request is no well-formed XML");
  return found;
}

/**
 * A request whose XML body has values in the elements that are there for them.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when the body is no XML, or has no such element
 */
export async function placeInXml(
  request: Request,
  placements: readonly XmlPlacement[],
  values: TemplateValues,
): Promise<Request> {
  if (request.body === null) throw unfit("this request has no body");
  const text = await request.text();
  const elements = emptyElements(text);
  const changes = placements.map(({ name, template }) => {
    const element = elements.get(name);
    if (element === undefined) throw unfit(`the body of this request has no empty element at \`${name}\``);
    return { ...element, name, value: escapeXml(fillText(template, values)) };
  });
  let body = text;
  for (const { start, end, name, value } of changes.sort((one, other) => other.start - one.start)) {
    const opened = `${body.slice(start, end).replace(/\s*\/>$/, "")}>`;
    body = `${body.slice(0, start)}${opened}${value}</${name.split(".").at(-1)}>${body.slice(end)}`;
  }
  const { headers } = request;
  // What the platform says of a body that is text, and nobody else.
  if (/^text\/plain\b/.test(headers.get("content-type") ?? "text/plain"))
    headers.set("content-type", "application/xml");
  return rebuildRequest(request, { body });
}
