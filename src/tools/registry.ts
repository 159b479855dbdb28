import * as z from "zod";
import type { Issue } from "../errors.js";
import { ConfigurationError, NoItemsFoundError, ValidationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import { lazy } from "../internal/lazy.js";
import type { AppDefinition } from "../ports/app.js";
import type { Action } from "../ports/tool.js";
import { closeMatches, quoteName } from "./close-matches.js";

const filterSchema = lazy(() =>
  z.strictObject({
    apps: z.array(z.string()).optional(),
    actions: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
    readOnly: z.boolean().optional(),
  }),
);

/** Which actions: all filters given must hold; none given means all. An empty list matches nothing. */
export interface ActionFilter {
  /** Slugs of apps. */
  readonly apps?: readonly string[] | undefined;
  /** Names of actions, in any case. */
  readonly actions?: readonly string[] | undefined;
  /** At least one of these tags. */
  readonly tags?: readonly string[] | undefined;
  /** Only actions that only read. Default: false, actions that write as well. */
  readonly readOnly?: boolean | undefined;
}

/** The actions there are. */
export interface ActionRegistry {
  /**
   * Adds an action.
   * @throws ConfigurationError `CONFIG_INVALID` when the name is taken, `APP_UNKNOWN` when its app is not registered
   */
  register(action: Action): void;
  /** An action by name, in any case. @throws NoItemsFoundError `ACTION_NOT_FOUND` */
  get(name: string): Action;
  /** The app an action belongs to; null for one of the host's own. */
  appOf(action: Action): AppDefinition | null;
  /** @throws ValidationError naming the apps and actions that do not exist */
  select(filter?: ActionFilter): readonly Action[];
}

function hintOf(matches: readonly string[], otherwise: string): string {
  return matches.length === 0 ? otherwise : `Did you mean ${matches.join(" or ")}?`;
}

/**
 * Holds the actions of all apps and the host's own.
 *
 * @throws ConfigurationError when two apps bring an action of the same name
 * @example
 * ```ts
 * const registry = createActionRegistry({ apps: [github, gmail] });
 * registry.register(defineAction({ … }));
 * registry.select({ apps: ["github"], readOnly: true });
 * ```
 */
export function createActionRegistry({ apps }: { readonly apps: readonly AppDefinition[] }): ActionRegistry {
  const appsBySlug = new Map(apps.map((app) => [app.slug, app]));
  const actions = new Map<string, Action>();

  const registry: ActionRegistry = {
    register(action) {
      if (typeof action?.prepare !== "function") {
        throw new ConfigurationError(
          "CONFIG_INVALID",
          "registerAction was given something that is not an action.",
          {
            hint: "Pass what defineAction() returns.",
            issues: [{ path: "action", message: "expected what defineAction() returns" }],
          },
        );
      }
      const { name, app } = action;
      if (app !== null && !appsBySlug.has(app)) {
        throw new ConfigurationError(
          "APP_UNKNOWN",
          `The action ${name} belongs to the app ${quoteName(app)}, which is not registered.`,
          {
            hint: hintOf(closeMatches(app, appsBySlug.keys()), "Give the app to the toolset's `apps`."),
            issues: [{ path: "app", message: "not a registered app" }],
          },
        );
      }
      if (actions.has(name.toUpperCase())) {
        throw new ConfigurationError("CONFIG_INVALID", `There is an action named ${name} already.`, {
          hint: "Give one of them another name.",
          issues: [{ path: "name", message: "taken by another action" }],
        });
      }
      actions.set(name.toUpperCase(), action);
    },

    get(name) {
      const action = actions.get(name.toUpperCase());
      if (action !== undefined) return action;
      throw new NoItemsFoundError("action", `There is no action named ${quoteName(name)}.`, {
        hint: hintOf(closeMatches(name, actions.keys()), "getTools() lists the names."),
      });
    },

    appOf: ({ app }) => (app === null ? null : (appsBySlug.get(app) ?? null)),

    select(filter = {}) {
      const parsed = filterSchema().safeParse(filter);
      const issues = parsed.success ? unknownNames(filter, appsBySlug, actions) : issuesOf(parsed.error);
      if (issues.length > 0) {
        const details = issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
        throw new ValidationError(`The filter of actions is wrong: ${details}.`, { issues });
      }
      const names =
        filter.actions === undefined ? null : new Set(filter.actions.map((name) => name.toUpperCase()));
      return [...actions].flatMap(([name, action]) => {
        const matches =
          (filter.apps === undefined || (action.app !== null && filter.apps.includes(action.app))) &&
          (names === null || names.has(name)) &&
          (filter.tags === undefined || filter.tags.some((tag) => action.tags.includes(tag))) &&
          (filter.readOnly !== true || action.annotations.readOnly);
        return matches ? [action] : [];
      });
    },
  };
  for (const app of apps) app.actions.forEach(registry.register);
  return registry;
}

function unknownNames(
  { apps = [], actions = [] }: ActionFilter,
  knownApps: ReadonlyMap<string, AppDefinition>,
  knownActions: ReadonlyMap<string, Action>,
): readonly Issue[] {
  return [
    ...apps.flatMap((slug, index) =>
      knownApps.has(slug) ? [] : [unknown(`apps.${index}`, "app", slug, knownApps.keys())],
    ),
    ...actions.flatMap((name, index) =>
      knownActions.has(name.toUpperCase())
        ? []
        : [unknown(`actions.${index}`, "action", name, knownActions.keys())],
    ),
  ];
}

function unknown(path: string, kind: string, name: string, known: Iterable<string>): Issue {
  const hint = hintOf(closeMatches(name, known), "");
  return { path, message: `there is no ${kind} ${quoteName(name)}${hint === "" ? "" : ` (${hint})`}` };
}
