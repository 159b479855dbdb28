import { loadOnce } from "../../../internal/load-once.js";
import { canFill } from "../../../internal/templates.js";
import type { ParamValues } from "../../../ports/auth-scheme.js";
import type { TwoStepSettings, XmlPlacement } from "../../../ports/scheme-settings/two-step.js";
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

/** Puts a session into a request. A value the server may leave out, such as the cookie of a balancer, is not sent then. */
export function placeSession(
  request: Request,
  placements: TwoStepSettings["placements"],
  values: ParamValues,
): Request | Promise<Request> {
  const sent = placements.filter(({ template }) => canFill(template, values));
  const inXml = sent.filter((placement) => placement.in === "xml");
  let applied: Request | Promise<Request> = request;
  for (const placement of sent) {
    if (placement.in === "xml") continue;
    const place = (into: Request) => placeToken(into, placement, values);
    applied = applied instanceof Promise ? applied.then(place) : place(applied);
  }
  return inXml.length === 0 ? applied : placeAllInXml(applied, inXml, values);
}
