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
