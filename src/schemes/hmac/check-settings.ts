import { namesIn } from "../../internal/templates.js";
import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";
import { headerText, TOKEN } from "../internal/texts.js";

/** What one setting is wrong about, and why. */
interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const MADE_HERE = ["signature", "timestamp", "nonce", "inner_hash"];
const OF_THE_REQUEST =
  /^(?:method|path|query|path_query|url|host|hostname|port|content_type|params|body(?:_.*)?)$/;
const ABOUT_SIGNATURES = "one of them must hold `{signature}`";

const isTaken = (name: string): boolean => MADE_HERE.includes(name) || OF_THE_REQUEST.test(name);

function placementProblems(settings: HmacSettings, index: number): readonly Problem[] {
  const placement = settings.placements[index];
  if (placement === undefined) return [];
  const { template } = placement;
  const at = (field: string, message: string): Problem => ({ path: ["placements", index, field], message });
  const literal = placement.in === "header" ? headerText().safeParse(template).error : undefined;
  return [
    ...(placement.in === "header" && !TOKEN.test(placement.name) ? [at("name", "not a header name")] : []),
    ...(literal?.issues ?? []).map(({ message }) => at("template", message)),
    ...(namesIn(template).includes(settings.key.name) ? [at("template", "must not send the secret")] : []),
    ...(placement.in === "basic" &&
    settings.fields.some(({ name, secret }) => secret && namesIn(template).includes(name))
      ? [at("template", "cannot hold a secret field, which could not be recognized when it is encoded")]
      : []),
    ...["body", "inner_hash"]
      .filter((name) => namesIn(template).includes(name))
      .map((name) => at("template", `cannot hold \`{${name}}\`, which may be bytes`)),
    ...(placement.in === "form" && namesIn(template).includes("signature")
      ? [at("template", "cannot hold `{signature}`, which may sign the form")]
      : []),
  ];
}

function innerHashProblems({ innerHash, canonical, key }: HmacSettings): readonly Problem[] {
  const isUsed = canonical.some((piece) => namesIn(piece).includes("inner_hash"));
  if (isUsed !== (innerHash !== null)) {
    const message = isUsed
      ? "must say what `{inner_hash}` is of"
      : "is not used: `canonical` must hold `{inner_hash}`";
    return [{ path: ["innerHash"], message }];
  }
  return ["signature", "inner_hash", key.name]
    .filter((name) => innerHash?.canonical.some((piece) => namesIn(piece).includes(name)))
    .map((name) => ({ path: ["innerHash", "canonical"], message: `cannot hold \`{${name}}\`` }));
}

/** What keeps HMAC settings from being carried out, or from being safe. */
export function settingsProblems(settings: HmacSettings): readonly Problem[] {
  const { key, fields, canonical, construction, placements } = settings;
  const names = [key.name, ...fields.map(({ name }) => name)];
  const isSigned = placements.some(({ template }) => namesIn(template).includes("signature"));
  const holdsSecret = canonical.some((piece) => namesIn(piece).includes(key.name));
  const signsItself = canonical.findIndex((piece) => namesIn(piece).includes("signature"));
  return [
    ...(isTaken(key.name)
      ? [{ path: ["key", "name"], message: "stands for something else in templates" }]
      : []),
    ...fields.flatMap(({ name }, index): Problem[] => {
      if (isTaken(name))
        return [{ path: ["fields", index, "name"], message: "stands for something else in templates" }];
      return names.indexOf(name) <= index
        ? [{ path: ["fields", index, "name"], message: "another field has this name" }]
        : [];
    }),
    ...(holdsSecret === (construction === "digest")
      ? []
      : [
          {
            path: ["canonical"],
            message: holdsSecret
              ? "holds the secret, which is the key of the signature"
              : `must hold \`{${key.name}}\``,
          },
        ]),
    ...(signsItself === -1
      ? []
      : [{ path: ["canonical", signsItself], message: "cannot hold `{signature}`" }]),
    ...innerHashProblems(settings),
    ...placements.flatMap((_placement, index) => placementProblems(settings, index)),
    ...(placements.length === 0 || isSigned ? [] : [{ path: ["placements"], message: ABOUT_SIGNATURES }]),
  ];
}
