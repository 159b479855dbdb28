import type { ParamSpec, ParamValues } from "../../ports/auth-scheme.js";
import type { SchemeField } from "../../ports/scheme-settings/fields.js";

/** The fields one side fills in, in the form all schemes use. */
export function fieldSpecs(fields: readonly SchemeField[], from: SchemeField["from"]): readonly ParamSpec[] {
  return fields.filter((field) => field.from === from).map(({ from: _from, ...spec }) => spec);
}

/** Values of the fields the user fills in that are secret, which only the sealed credentials keep. */
export function secretValues(fields: readonly SchemeField[], values: ParamValues): ParamValues {
  return Object.fromEntries(
    fields
      .filter(({ from, secret }) => from === "connection" && secret)
      .flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}

/** Where a field is given, for errors. */
export const pathOf = ({ from, name }: Pick<SchemeField, "from" | "name">): string =>
  `${from === "connection" ? "connectionParams" : "authConfig"}.${name}`;
