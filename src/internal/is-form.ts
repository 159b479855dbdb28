const FORM = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** Whether a body of this type (RFC 9110 §8.3) is a form; null for a body of no declared type. */
export const isForm = (contentType: string | null): boolean => contentType !== null && FORM.test(contentType);
