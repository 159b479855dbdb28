import { defineApp } from "../ports/app.js";

/**
 * Linear's MCP server. Its authorization server is discovered, and a client is registered there for each integration that
 * brings none: nothing has to be set up at Linear first.
 *
 * No revocation: the server's metadata names no endpoint; the user takes the app off in Linear's settings.
 *
 * Source: https://linear.app/docs/mcp, https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization
 */
export const linearmcp = defineApp({
  slug: "linearmcp",
  name: "Linear MCP",
  description: "Linear's tools by the Model Context Protocol.",
  categories: ["developer-tools", "project-management"],
  docsUrl: "https://linear.app/docs/mcp",
  baseUrl: "https://mcp.linear.app",
  authSchemes: [
    {
      scheme: "OAUTH2",
      issuer: "https://mcp.linear.app",
      clientAuthentication: "none",
      clientRegistration: {},
      resources: ["https://mcp.linear.app/mcp"],
    },
  ],
});
