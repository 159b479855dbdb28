import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

/** Any text that UTF-8 can carry. */
export const plainText = lazy(() =>
  z
    .string()
    .min(1)
    .refine((text) => !/\p{Surrogate}/u.test(text), "has half of a surrogate pair, which cannot be sent"),
);

/** Text that can be part of a header's value and comes out as it went in (RFC 9110 §5.5). */
export const headerText = lazy(() =>
  z
    .string()
    .min(1)
    .refine((text) => !/[^\t\x20-\x7e\x80-\xff]/.test(text), {
      error: "has a line break, another control character or one beyond Latin-1, which a header cannot carry",
      abort: true,
    })
    .refine((text) => text === text.trim(), "starts or ends with white space, which a header would lose"),
);

/** Name of a header or cookie: a token (RFC 9110 §5.6.2). */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
