import * as z from "zod";
import { lazy } from "../internal/lazy.js";

const PLACEHOLDER = /\{([a-z][a-z0-9_]*)\}/g;

const PORT = /:\{[a-z][a-z0-9_]*\}(?=[/?]|$)/;

/** Names of the `{placeholders}` in a URL template. */
export function placeholdersOf(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/** Whether plain http is acceptable: only on this machine (RFC 8252 §8.3). */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a URL, its placeholders filled with something harmless, is https (or http on loopback) and plain. */
export function isSafeEndpoint(template: string): boolean {
  const filled = template.replace(PORT, ":1").replace(PLACEHOLDER, "x");
  if (!URL.canParse(filled)) return false;
  const url = new URL(filled);
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return secure && url.username === "" && url.password === "" && url.hash === "";
}

/** A URL of a provider, as app definitions give it: https, or http on loopback; may hold `{placeholders}`. */
export const endpoint = lazy(() =>
  z.string().refine(isSafeEndpoint, "an https URL (http only on loopback) without credentials or fragment"),
);
