import type { AppDefinition } from "../src/ports/app.js";

const INTRODUCTION = `<!-- Generated from src/apps by scripts/generate-apps.ts (\`npm run generate\`): edit those instead. -->

# Catalogue

Import an app from \`mooring/apps/<slug>\`. One without actions is there to be connected: call its API with
\`connection.request()\`, \`toolset.executeRequest()\`, or [actions](actions.md) of your own. Each file
of \`src/apps\` names the documentation its facts should agree with. No app has been tried with the provider itself: the
tests stand in for it.
`;

/** The text of `docs/catalogue.md` for these apps. */
export function renderCataloguePage(apps: readonly AppDefinition[]): string {
  const rows = apps.map(({ name, slug, authSchemes, actions, docsUrl }) => {
    const schemes = authSchemes.map(({ scheme }) => `\`${scheme}\``).join(", ");
    return `| [${name}](${docsUrl ?? ""}) | \`${slug}\` | ${schemes} | ${actions.length} |`;
  });
  return `${INTRODUCTION}
| App | Slug | Schemes | Actions |
|---|---|---|---|
${rows.join("\n")}
`;
}
