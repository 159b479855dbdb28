import * as z from "zod";
import { decodeBase64 } from "../../internal/base64.js";

const headers = z.array(z.object({ name: z.string(), value: z.string() })).default([]);

interface MessagePart {
  readonly mimeType?: string | undefined;
  readonly filename?: string | undefined;
  readonly headers: z.output<typeof headers>;
  readonly body?:
    | {
        readonly attachmentId?: string | undefined;
        readonly size: number;
        readonly data?: string | undefined;
      }
    | undefined;
  readonly parts: readonly MessagePart[];
}

const messagePart: z.ZodType<MessagePart> = z.lazy(() =>
  z.object({
    mimeType: z.string().optional(),
    filename: z.string().optional(),
    headers,
    body: z
      .object({
        attachmentId: z.string().optional(),
        size: z.number().default(0),
        data: z.string().optional(),
      })
      .optional(),
    parts: z.array(messagePart).default([]),
  }),
);

/** What is read of a message resource. */
export const messageResource = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
  snippet: z.string().default(""),
  payload: messagePart,
});

/**
 * Gmail's message resource as a model can read it: decoded text instead of base64 parts, the headers that matter.
 *
 * Source: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages#Message
 */
export function readMessage({ id, threadId, labelIds, snippet, payload }: z.output<typeof messageResource>) {
  const header = (name: string) =>
    payload.headers.find((candidate) => candidate.name.toLowerCase() === name)?.value ?? null;
  const parts = [...walk(payload)];
  return {
    id,
    threadId,
    labelIds,
    snippet,
    from: header("from"),
    to: header("to"),
    cc: header("cc"),
    subject: header("subject"),
    date: header("date"),
    messageId: header("message-id"),
    text: textOf(parts, "text/plain"),
    html: textOf(parts, "text/html"),
    attachments: parts.filter(isAttachment).map(({ filename, mimeType = null, body }) => ({
      filename,
      mimeType,
      size: body?.size ?? 0,
      attachmentId: body?.attachmentId ?? null,
    })),
  };
}

function* walk(part: MessagePart): Generator<MessagePart> {
  yield part;
  for (const child of part.parts) yield* walk(child);
}

const isAttachment = ({ filename }: MessagePart) => filename !== undefined && filename !== "";

/** All inline text of one type; null when there is none. Gmail gives text bodies in UTF-8 whatever they were sent in. */
function textOf(parts: readonly MessagePart[], mimeType: string): string | null {
  const texts = parts
    .filter((part) => part.mimeType === mimeType && !isAttachment(part))
    .flatMap(({ body }) => decodeBase64(body?.data ?? "") ?? [])
    .filter((bytes) => bytes.length > 0)
    .map((bytes) => new TextDecoder().decode(bytes));
  return texts.length === 0 ? null : texts.join("\n");
}
