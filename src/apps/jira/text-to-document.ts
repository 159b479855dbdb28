/** A text node; empty ones are not allowed. */
interface TextNode {
  readonly type: "text";
  readonly text: string;
}
/** A paragraph of text and line breaks. */
interface ParagraphNode {
  readonly type: "paragraph";
  readonly content: readonly (TextNode | { readonly type: "hardBreak" })[];
}
/** The root of an Atlassian document. */
export interface AtlassianDocument {
  readonly type: "doc";
  readonly version: 1;
  readonly content: readonly ParagraphNode[];
}

/**
 * Plain text in the Atlassian Document Format: an empty line ends a paragraph, a line break stays one.
 *
 * Source: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
export function textToDocument(text: string): AtlassianDocument {
  const paragraphs = text.split(/(?:\r\n|\r|\n){2,}/).filter((paragraph) => paragraph !== "");
  return { type: "doc", version: 1, content: paragraphs.map(toParagraph) };
}

function toParagraph(text: string): ParagraphNode {
  const content = text
    .split(/\r\n|\r|\n/)
    .flatMap((line, index) => [
      ...(index === 0 ? [] : [{ type: "hardBreak" as const }]),
      ...(line === "" ? [] : [{ type: "text" as const, text: line }]),
    ]);
  return { type: "paragraph", content };
}
