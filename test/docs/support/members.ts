import { readFileSync } from "node:fs";

/** The members of an interface in a source file, in its order. */
export function membersOf(path: string, name: string) {
  const body = new RegExp(`^export interface ${name}[^{]*\\{\\n([\\s\\S]*?)^\\}`, "m").exec(
    readFileSync(path, "utf8"),
  );
  return [...(body?.[1] ?? "").matchAll(/^ {2}readonly (\w+)(\??):/gm)].map(([, member = "", optional]) => ({
    member: `\`${member}\``,
    required: optional === "",
  }));
}
