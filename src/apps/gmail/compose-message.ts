import type { Issue } from "../../errors.js";
import { ValidationError } from "../../errors.js";
import { encodeBase64Text } from "../../internal/base64.js";
import { unstructured } from "./encoded-word.js";
import { formatMailbox, hasControlCharacter, parseMailbox } from "./mailbox.js";

/** What an e-mail is composed of. The sender is left to the provider, which knows whose mailbox it is. */
export interface MessageDraft {
  /** Each `jane@example.com` or `Jane Doe <jane@example.com>`. */
  readonly to: readonly string[];
  readonly cc?: readonly string[] | undefined;
  readonly bcc?: readonly string[] | undefined;
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
  /** The same in HTML, for readers that show it. */
  readonly html?: string | undefined;
  /** `Message-ID` of the message this one answers, angle brackets included. */
  readonly inReplyTo?: string | undefined;
}

/** Cannot occur inside a part: parts are base64, which has neither `=_` nor a line that starts with a dash. */
const BOUNDARY = "=_mooring_alternative";
/** RFC 2045 §6.8. */
const BASE64_LINE = /.{1,76}/g;
const MESSAGE_ID = /^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/;

/** Whether text is one `Message-ID` (RFC 5322 §3.6.4). */
export function isMessageId(text: string): boolean {
  return MESSAGE_ID.test(text);
}

/**
 * An e-mail in the Internet Message Format (RFC 5322) with MIME bodies (RFC 2045, 2046) and encoded headers (RFC 2047):
 * ASCII throughout, lines of at most 78 characters wherever they can be folded.
 *
 * @throws ValidationError when a header's value holds a line break or another control character, or is not what the
 * header takes: nothing the caller gives can add a header or end the header section
 */
export function composeMessage(draft: MessageDraft): string {
  const issues: Issue[] = [];
  const headers = [
    ...recipients("To", "to", draft.to, issues),
    ...recipients("Cc", "cc", draft.cc ?? [], issues),
    ...recipients("Bcc", "bcc", draft.bcc ?? [], issues),
    `Subject: ${unstructured("Subject", draft.subject)}`,
    ...references(draft.inReplyTo, issues),
    "MIME-Version: 1.0",
  ];
  if (hasControlCharacter(draft.subject)) {
    issues.push({ path: "subject", message: "expected one line without control characters" });
  }
  if (issues.length > 0) throw new ValidationError("The e-mail cannot be composed.", { issues });

  const plain = part("text/plain", draft.body);
  if (draft.html === undefined) return [...headers, ...plain].join("\r\n");
  // The preferred alternative comes last (RFC 2046 §5.1.4).
  const parts = [plain, part("text/html", draft.html)].flatMap((lines) => [`--${BOUNDARY}`, ...lines]);
  return [
    ...headers,
    `Content-Type: multipart/alternative; boundary="${BOUNDARY}"`,
    "",
    ...parts,
    `--${BOUNDARY}--`,
    "",
  ].join("\r\n");
}

function recipients(
  header: string,
  path: string,
  texts: readonly string[],
  issues: Issue[],
): readonly string[] {
  const mailboxes = texts.flatMap((text, index) => {
    const mailbox = parseMailbox(text);
    if (mailbox === null) {
      issues.push({
        path: `${path}.${index}`,
        message: "expected one address, `jane@example.com` or `Jane Doe <jane@example.com>`",
      });
    }
    return mailbox === null ? [] : [formatMailbox(mailbox)];
  });
  return mailboxes.length === 0 ? [] : [`${header}: ${mailboxes.join(",\r\n ")}`];
}

function references(id: string | undefined, issues: Issue[]): readonly string[] {
  if (id === undefined) return [];
  if (!isMessageId(id)) issues.push({ path: "inReplyTo", message: "expected one Message-ID, `<id@host>`" });
  return [`In-Reply-To: ${id}`, `References: ${id}`];
}

/** Headers of a body, an empty line, the body. */
function part(type: string, text: string): readonly string[] {
  const lines = encodeBase64Text(text.replaceAll(/\r\n|\r|\n/g, "\r\n")).match(BASE64_LINE);
  return [
    `Content-Type: ${type}; charset="UTF-8"`,
    "Content-Transfer-Encoding: base64",
    "",
    ...(lines ?? []),
    "",
  ];
}
