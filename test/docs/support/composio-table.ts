import { codeSpans, readDocument, section, tableRows } from "./markdown.js";

/** What the rows of the table take for granted. */
const GIVEN = `
import type { ConnectionRequest, ExecuteRequestOptions, MooringToolSetOptions } from "mooring";
import { MooringToolSet, NoItemsFoundError } from "mooring";
declare const options: Required<Pick<MooringToolSetOptions<unknown, unknown, unknown>, "storage" | "encryption" | "callbackUrl" | "apps">>;
declare const request: ConnectionRequest;
declare const response: Parameters<typeof toolset.handleToolCalls>[0];
declare const method: ExecuteRequestOptions["method"];
declare const app: string, authScheme: string, id: string, integrationId: string, redirectUrl: string, action: string;
declare const entityId: string, connectedAccountId: string, endpoint: string, params: unknown;
declare const authConfig: Record<string, string>, connectionParams: Record<string, string>;
declare const useManagedAuth: boolean, forceNewIntegration: boolean;
const { storage, encryption, callbackUrl } = options;
`;

/** The calls of Mooring in the README's table for users of Composio, as a file to type-check. */
export function composioTableSource(): string {
  const rows = tableRows(section(readDocument("README.md"), "Coming from Composio"));
  // `apps` is a list of definitions for the toolset, and of slugs for getTools.
  const calls = rows
    .flatMap(([, , mooring = ""]) => codeSpans(mooring))
    .map((call) => (call.includes("new MooringToolSet") ? call.replace("apps", "apps: options.apps") : call))
    .map((call) => call.replace("getTools({ apps })", "getTools({ apps: [app] })"));
  return [GIVEN, ...calls.map((call) => `void (${call});`)].join("\n");
}
