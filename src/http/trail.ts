import type { OpenedCredentials } from "../ports/request.js";
import { displayUrl } from "./display-url.js";

/** What a call went through so far: what its errors may say, and what they must not. */
export interface Trail {
  readonly method: string;
  /** The URL the call is at, without credentials; what the caller gave while nothing else is known. */
  url: string | URL;
  /** All credentials that were used, the latest last. */
  readonly used: OpenedCredentials[];
}

/** Begins a call. */
export function createTrail(method: string, url: string | URL): Trail {
  return { method, url, used: [] };
}

/** Every secret of the call. */
export function secretsOf(trail: Trail): readonly string[] {
  return trail.used.flatMap((credentials) => credentials.secrets());
}

/** The fields each RequestError has. */
export function whereOf(trail: Trail): { readonly method: string; readonly url: string } {
  return { method: trail.method, url: displayUrl(trail.url, secretsOf(trail)) };
}
