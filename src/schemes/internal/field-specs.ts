import * as z from "zod";
import type { ParamSpec, ParamValues } from "../../ports/auth-scheme.js";
import type { SchemeField } from "../../ports/scheme-settings/fields.js";
import { readValues } from "./read-values.js";

/** The fields one side fills in, in the form all schemes use. */
export function fieldSpecs(fields: readonly SchemeField[], from: SchemeField["from"]): readonly ParamSpec[] {
  return fields.filter((field) => field.from === from).map(({ from: _from, ...spec }) => spec);
}

/**
 * Values of the fields the user fills in that are secret, which only the sealed credentials keep.
 *
 * @throws ValidationError naming one of them that is required and missing
 */
export function secretValues(fields: readonly SchemeField[], values: ParamValues): ParamValues {
  const asked = fields.filter(({ from, required, secret }) => from === "connection" && required && secret);
  readValues(z.object(Object.fromEntries(asked.map(({ name }) => [name, z.string().min(1)]))), values);
  return Object.fromEntries(
    fields
      .filter(({ from, secret }) => from === "connection" && secret)
      .flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}

/** Where a field is given, for errors. */
export const pathOf = ({ from, name }: Pick<SchemeField, "from" | "name">): string =>
  `${from === "connection" ? "connectionParams" : "authConfig"}.${name}`;
