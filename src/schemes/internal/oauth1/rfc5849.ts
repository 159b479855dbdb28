import OAuth from "oauth-1.0a";
import { percentEncode } from "../../../internal/percent-encode.js";

/** A parameter of a request, decoded. Names may come more than once. */
export type Parameter = readonly [name: string, value: string];

/** Between an encoded name and its value while they are sorted: before every character either can have. */
const END = "\0";

/**
 * `oauth-1.0a` with the base string of RFC 5849 §3.4.1: repeated parameters are all there, values are decoded as forms
 * are before they are encoded, and the port is left out where it is the scheme's own.
 */
export class Rfc5849 extends OAuth {
  /** @param request `data` holds the parameters of a form-encoded body, in any order */
  override getBaseString(request: OAuth.RequestOptions, protocol: OAuth.Data): string {
    const form: readonly Parameter[] = request.data;
    const own = Object.entries(protocol).map(([name, value]): Parameter => [name, String(value)]);
    return this.baseStringOf(request.method, request.url, [...form, ...own]);
  }

  /** RFC 5849 §3.4.1.1. @param parameters of the body and of the protocol; those of the URL are in the URL */
  baseStringOf(method: string, url: string, parameters: readonly Parameter[]): string {
    const { origin, pathname, search, searchParams } = new URL(url);
    const all = search === "" ? parameters : [...searchParams, ...parameters];
    // What is encoded already has nothing left that the platform's own encoding would leave out.
    const normalized = encodeURIComponent(this.#normalized(all));
    return `${this.percentEncode(method.toUpperCase())}&${this.percentEncode(origin + pathname)}&${normalized}`;
  }

  /** RFC 5849 §3.4.1.2. */
  override getBaseUrl(url: string): string {
    const { origin, pathname } = new URL(url);
    return origin + pathname;
  }

  /** RFC 5849 §3.6. */
  override percentEncode(text: string): string {
    return percentEncode(text);
  }

  /** RFC 5849 §3.4.1.3.2: in the order of the encoded names, then of the encoded values, byte by byte. */
  #normalized(parameters: readonly Parameter[]): string {
    return parameters
      .map(([name, value]) => this.percentEncode(name) + END + this.percentEncode(value))
      .sort()
      .join("&")
      .replaceAll(END, "=");
  }
}
