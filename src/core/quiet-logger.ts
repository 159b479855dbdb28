import type { Logger } from "../ports/runtime.js";

/** The host's logger, whose own failures break no call. */
export function quietLogger(logger: Logger): Logger {
  return {
    debug: (message, fields) => quietly(() => logger.debug(message, fields)),
    warn: (message, fields) => quietly(() => logger.warn(message, fields)),
  };
}

function quietly(log: () => void): void {
  try {
    log();
  } catch {
    // There is nobody to tell.
  }
}
