import { rebuildRequest } from "../../internal/rebuild-request.js";
import { setQueryParameter } from "../../internal/set-query-parameter.js";
import type { TemplateValues } from "../../internal/templates.js";
import { fillText } from "../../internal/templates.js";
import type { TokenPlacement } from "../../ports/scheme-settings/fields.js";
import { cookieValue, withCookie } from "./cookie.js";

async function withUrl(request: Request, url: string): Promise<Request> {
  // A stream would have to be sent in chunks, which not every server takes: the body is read and sent whole.
  return rebuildRequest(request, { url, body: request.body === null ? null : await request.arrayBuffer() });
}

/** Puts what a template makes of the values into a request: in place of what the caller put there. */
export function placeToken(
  request: Request,
  placement: TokenPlacement,
  values: TemplateValues,
): Request | Promise<Request> {
  const { in: place, name, template } = placement;
  const value = fillText(template, values);
  switch (place) {
    case "header":
      request.headers.set(name, value);
      return request;
    case "cookie":
      request.headers.set("cookie", withCookie(request.headers.get("cookie"), name, cookieValue(value)));
      return request;
    case "query": {
      const url = new URL(request.url);
      url.search = setQueryParameter(url.search.slice(1), name, value);
      return withUrl(request, url.href);
    }
  }
}
