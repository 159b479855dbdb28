import type { Issue } from "../errors.js";
import { ConfigurationError } from "../errors.js";
import type { ParamValues } from "../ports/auth-scheme.js";
import type { AppRegistry } from "./app-registry.js";

type Given = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * The host's own default OAuth apps, by app slug, with lists as one text.
 *
 * @throws ConfigurationError `CONFIG_INVALID` naming each app that is not registered and each field it does not ask for
 */
export function readManagedAuth(given: Given, apps: AppRegistry): ReadonlyMap<string, ParamValues> {
  const slugs = apps.list().map(({ slug }) => slug);
  const issues = Object.entries(given).flatMap(([slug, values]): readonly Issue[] => {
    if (!slugs.includes(slug)) {
      return [
        { path: `managedAuth.${slug}`, message: `not the slug of a registered app (${slugs.join(", ")})` },
      ];
    }
    const names = fieldsOf(slug, apps);
    return Object.entries(values).flatMap(([name, value]) => {
      const path = `managedAuth.${slug}.${name}`;
      if (!names.has(name)) return [{ path, message: `unknown field; expected ${[...names].join(", ")}` }];
      // An environment variable that is not set: better told now than at a user's first click.
      return value === "" ? [{ path, message: "must not be empty" }] : [];
    });
  });
  if (issues.length > 0) {
    const complaints = issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
    throw new ConfigurationError("CONFIG_INVALID", `MooringToolSet: ${complaints}.`, { issues });
  }
  return new Map(
    Object.entries(given).map(([slug, values]) => [
      slug,
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          typeof value === "string" ? value : value.join(","),
        ]),
      ),
    ]),
  );
}

/** What any scheme of the app asks the developer for. */
function fieldsOf(slug: string, apps: AppRegistry): ReadonlySet<string> {
  const specs = apps
    .schemes(slug)
    .flatMap(({ app, scheme, settings }) => scheme.integrationParams(app, settings, { callbackUrl: null }));
  return new Set(specs.map(({ name }) => name));
}
