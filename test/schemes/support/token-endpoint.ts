import type { Fetch } from "../../../src/ports/runtime.js";

/** A provider that renews any token, leaves out all it may, and revokes any. */
export const tokenEndpoint: Fetch = async (input) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (pathname !== "/token") return new Response(null, { status: 200 });
  return Response.json({
    access_token: `renewed-${crypto.randomUUID()}`,
    token_type: "bearer",
    expires_in: 3600,
  });
};

/** GitHub, giving a token to any installation, and revoking any. */
export const installationTokens: Fetch = async (input) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (!pathname.endsWith("/access_tokens")) return new Response(null, { status: 204 });
  const expires_at = "2026-01-01T01:00:00Z";
  return Response.json({ token: `ghs-${crypto.randomUUID()}`, expires_at, permissions: {} }, { status: 201 });
};
