/**
 * Makes a value at its first use, and once. Building schemas takes longer than loading all the rest of this package:
 * what is not used costs nothing.
 *
 * @example
 * ```ts
 * const schema = lazy(() => z.strictObject({ name: z.string() }));
 * schema().parse(input);
 * ```
 */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
