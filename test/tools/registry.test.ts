import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ConfigurationError, NoItemsFoundError, ValidationError } from "../../src/errors.js";
import { defineAction } from "../../src/ports/define-action.js";
import { createActionRegistry } from "../../src/tools/registry.js";
import { caught } from "../support/actions.js";
import { appWith } from "../support/tools.js";

const action = (name: string, more: { app?: string | null; tags?: string[]; readOnly?: boolean } = {}) =>
  defineAction({
    name,
    app: more.app === undefined ? "acme" : more.app,
    description: "Does it.",
    tags: more.tags,
    annotations: { readOnly: more.readOnly ?? false },
    input: z.strictObject({}),
    execute: () => null,
  });

const listTickets = action("ACME_LIST_TICKETS", { tags: ["tickets"], readOnly: true });
const closeTicket = action("ACME_CLOSE_TICKET", { tags: ["tickets"] });
const listUsers = action("ACME_LIST_USERS", { tags: ["users"], readOnly: true });
const ownAction = action("COUNT_WORDS", { app: null, readOnly: true });

function registryOfAll() {
  const registry = createActionRegistry({ apps: [appWith([listTickets, closeTicket, listUsers])] });
  registry.register(ownAction);
  return registry;
}

describe("createActionRegistry", () => {
  it("finds an action in any case, and the app it belongs to", () => {
    const registry = registryOfAll();
    expect(registry.get("acme_list_Users")).toBe(listUsers);
    expect(registry.appOf(listUsers)?.slug).toBe("acme");
    expect(registry.appOf(ownAction)).toBeNull();
  });

  it("names the closest actions when there is none of a name", () => {
    const error = caught(() => registryOfAll().get("ACME_LIST_TICKET"));
    expect(error).toBeInstanceOf(NoItemsFoundError);
    expect(error).toMatchObject({
      code: "ACTION_NOT_FOUND",
      hint: "Did you mean ACME_LIST_TICKETS or ACME_CLOSE_TICKET or ACME_LIST_USERS?",
    });
  });

  it("shows no more than the start of a made-up name", () => {
    const error = caught(() => registryOfAll().get("x".repeat(10_000)));
    expect(String(error).length).toBeLessThan(200);
  });

  it("refuses a second action of the same name", () => {
    const error = caught(() => registryOfAll().register(action("ACME_LIST_USERS")));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path: "name" }] });
  });

  it("refuses an action of an app that is not registered", () => {
    const error = caught(() => registryOfAll().register(action("ACME_DO", { app: "acmes" })));
    expect(error).toMatchObject({ code: "APP_UNKNOWN", hint: "Did you mean acme?" });
  });

  it("refuses what defineAction did not make", () => {
    const error = caught(() =>
      Reflect.apply(registryOfAll().register, undefined, [{ name: "X", app: "acme" }]),
    );
    expect(error).toMatchObject({ code: "CONFIG_INVALID", hint: "Pass what defineAction() returns." });
  });
});

describe("select", () => {
  it.each([
    [{}, [listTickets, closeTicket, listUsers, ownAction]],
    [{ apps: ["acme"] }, [listTickets, closeTicket, listUsers]],
    [{ tags: ["tickets", "users"] }, [listTickets, closeTicket, listUsers]],
    [{ tags: ["tickets"], readOnly: true }, [listTickets]],
    [{ readOnly: false, actions: ["acme_close_ticket", "COUNT_WORDS"] }, [closeTicket, ownAction]],
    [{ apps: ["acme"], actions: ["COUNT_WORDS"] }, []],
    [{ apps: [] }, []],
  ])("with %j", (filter, actions) => {
    expect(registryOfAll().select(filter)).toEqual(actions);
  });

  it("names every app and action that does not exist, and the closest that do", () => {
    const error = caught(() =>
      registryOfAll().select({ apps: ["acme", "nope"], actions: ["ACME_LIST_USER"] }),
    );
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      issues: [
        { path: "apps.1", message: 'there is no app "nope"' },
        { path: "actions.0", message: expect.stringContaining("Did you mean ACME_LIST_USERS") },
      ],
    });
  });

  it("refuses a misspelt filter, which would otherwise select too much", () => {
    const error = caught(() => Reflect.apply(registryOfAll().select, undefined, [{ readonly: true }]));
    expect(error).toBeInstanceOf(ValidationError);
  });
});
