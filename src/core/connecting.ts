// One entry for all that makes or renews connections: it is loaded when the first is made, by most processes never.
export { createIntegration } from "./create-integration.js";
export { finishFlow } from "./flow-callback.js";
export { reconnect, replaceCredentials } from "./reconnect.js";
export { resumeRequest } from "./resume-request.js";
export { ensureConnection, startConnection } from "./start-connection.js";
export { updateConfig } from "./update-config.js";
export { getTenants, useTenant } from "./use-tenant.js";
