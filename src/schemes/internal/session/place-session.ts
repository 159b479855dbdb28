import { loadOnce } from "../../../internal/load-once.js";
import { canFill, fillText, namesIn } from "../../../internal/templates.js";
import type { ParamValues } from "../../../ports/auth-scheme.js";
import type { TokenPlacement } from "../../../ports/scheme-settings/fields.js";
import type { TwoStepSettings, XmlPlacement } from "../../../ports/scheme-settings/two-step.js";
import { withCookie } from "../cookie.js";
import { placeToken } from "../place-token.js";

const xmlPlacing = loadOnce(() => import("./xml-placement.js"));

async function placeAllInXml(
  request: Request | Promise<Request>,
  placements: readonly XmlPlacement[],
  values: ParamValues,
): Promise<Request> {
  const { placeInXml } = await xmlPlacing();
  return placeInXml(await request, placements, values);
}

/** Names of what was read from cookies, which go back as they came (RFC 6265 §5.4). */
const cookiesOf = ({ steps, refresh }: TwoStepSettings): ReadonlySet<string> =>
  new Set(
    [...steps, ...(refresh === null ? [] : [refresh])].flatMap(({ values }, index) =>
      Object.entries(values).flatMap(([name, { from }]) =>
        from === "cookie" ? [name, `step${index + 1}.${name}`] : [],
      ),
    ),
  );

function placeCookie(request: Request, { name, template }: TokenPlacement, values: ParamValues): Request {
  request.headers.set("cookie", withCookie(request.headers.get("cookie"), name, fillText(template, values)));
  return request;
}

/** Puts a session into a request. A value the server may leave out, such as the cookie of a balancer, is not sent then. */
export function placeSession(
  request: Request,
  settings: TwoStepSettings,
  values: ParamValues,
): Request | Promise<Request> {
  const inXml: XmlPlacement[] = [];
  let applied: Request | Promise<Request> = request;
  for (const placement of settings.placements) {
    if (!canFill(placement.template, values)) continue;
    if (placement.in === "xml") inXml.push(placement);
    else if (applied instanceof Promise)
      applied = applied.then((into) => place(into, placement, { settings, values }));
    else applied = place(applied, placement, { settings, values });
  }
  return inXml.length === 0 ? applied : placeAllInXml(applied, inXml, values);
}

function place(
  request: Request,
  placement: TokenPlacement,
  { settings, values }: { readonly settings: TwoStepSettings; readonly values: ParamValues },
): Request | Promise<Request> {
  if (placement.in !== "cookie") return placeToken(request, placement, values);
  const cookies = cookiesOf(settings);
  const isTheirs = namesIn(placement.template).every((name) => cookies.has(name));
  return isTheirs ? placeCookie(request, placement, values) : placeToken(request, placement, values);
}
