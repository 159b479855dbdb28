import * as z from "zod";
import { decodeBase64 } from "../../internal/base64.js";
import type { RequestFunction } from "../../ports/request.js";
import { readAnswer } from "../internal/read-answer.js";

/** Always an object, for files and directories alike; the default media type answers directories with an array. */
const OBJECT_MEDIA_TYPE = "application/vnd.github.object+json";

const entry = z.object({
  name: z.string(),
  path: z.string(),
  type: z.string(),
  size: z.number(),
  sha: z.string(),
});
const contents = z.object({
  type: z.string(),
  path: z.string(),
  sha: z.string(),
  html_url: z.string().nullish(),
  size: z.number().nullish(),
  encoding: z.string().nullish(),
  content: z.string().nullish(),
  entries: z.array(entry).nullish(),
});

/**
 * A file with its text, or a directory with its entries.
 *
 * Source: https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export async function readContents(
  request: RequestFunction,
  input: {
    readonly owner: string;
    readonly repo: string;
    readonly path: string;
    readonly ref?: string | undefined;
  },
): Promise<unknown> {
  const segments = ["repos", input.owner, input.repo, "contents", ...input.path.split("/")];
  const path = segments.filter((segment) => segment !== "").map(encodeURIComponent);
  const answer = await readAnswer(request, `/${path.join("/")}`, contents, {
    headers: { accept: OBJECT_MEDIA_TYPE },
    searchParams: { ref: input.ref },
  });
  const { type, path: found, sha, html_url: url = null, size = null, entries, encoding, content } = answer;
  if (entries) return { type, path: found, sha, url, entries };
  return {
    type,
    path: found,
    sha,
    url,
    size,
    text: encoding === "base64" ? decodeText(content ?? "") : null,
  };
}

/** Null for what is not UTF-8 text. */
function decodeText(content: string): string | null {
  const bytes = decodeBase64(content);
  if (bytes?.includes(0)) return null;
  try {
    return bytes && new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
