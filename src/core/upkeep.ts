// One entry for what a cron or an operator runs: it is loaded when the first is called, by most processes never.
export { exportConnections } from "./export-connections.js";
export { importConnections } from "./import-connections.js";
export { refreshExpiring } from "./refresh-expiring.js";
export { rotateEncryptionKeys } from "./rotate-encryption-keys.js";
export { sweep } from "./sweep.js";
