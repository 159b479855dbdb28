const MARKUP = /[<>&"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&apos;",
};
/** What no XML document can hold (XML 1.0 §2.2), escaped or not. */
const IMPOSSIBLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Whether XML can hold a text. */
export const isXmlText = (text: string): boolean => !IMPOSSIBLE.test(text);

/** Text for an element or an attribute of XML (XML 1.0 §2.4, §4.6). */
export const escapeXml = (text: string): string =>
  text.replace(MARKUP, (character) => ENTITIES[character] ?? character);
