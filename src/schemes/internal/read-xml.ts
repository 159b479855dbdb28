import { SaxesParser } from "saxes";
import type { Json } from "../../internal/json.js";
import { isObject } from "../../internal/json.js";

interface Element {
  readonly name: string;
  readonly children: Map<string, Json[]>;
  text: string;
}

/** Deeper is no answer to a login. */
const MAX_DEPTH = 100;

/** What an element comes to: its text, or an object of the elements in it; those of one name are a list. */
function contentOf({ children, text }: Element): Json {
  if (children.size === 0) return text.trim();
  return Object.fromEntries(
    [...children].map(([name, [first = null, ...others]]) => [
      name,
      others.length === 0 ? first : [first, ...others],
    ]),
  );
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/**
 * An XML document as JSON, for dot paths: `<a><b>1</b></a>` is `{ a: { b: "1" } }`. Without attributes and prefixes. No
 * entities are known but those of XML itself. Null when it is none, or too deep.
 */
export function readXml(text: string): Readonly<Record<string, unknown>> | null {
  const root: Element = { name: "", children: new Map(), text: "" };
  const open: Element[] = [root];
  let isWrong = false;
  const parser = new SaxesParser();
  parser.on("error", () => {
    isWrong = true;
  });
  parser.on("opentag", ({ name }) => {
    open.push({ name: localName(name), children: new Map(), text: "" });
    isWrong ||= open.length > MAX_DEPTH;
  });
  const onText = (part: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", () => {
    const element = open.pop();
    const siblings = open.at(-1)?.children;
    if (element === undefined || siblings === undefined) return;
    const same = siblings.get(element.name);
    if (same === undefined) siblings.set(element.name, [contentOf(element)]);
    else same.push(contentOf(element));
  });
  parser.write(text).close();
  const value = contentOf(root);
  return !isWrong && isObject(value) ? value : null;
}
