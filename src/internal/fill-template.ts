const PLACEHOLDER = /\{([a-z][a-z0-9_]*)\}/g;

/**
 * A template with its `{placeholders}` replaced. Values go in verbatim: one that looks like a placeholder stays text.
 *
 * @throws Error naming a placeholder there is no value for
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(PLACEHOLDER, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    throw new Error(`There is no value for the placeholder ${placeholder}.`);
  });
}
