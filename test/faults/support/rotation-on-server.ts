import { afterEach } from "vitest";
import type { ServerKind } from "../../support/server-urls.js";
import { describeOn } from "../../support/servers.js";
import { killedRotationSuite } from "./killed-rotation.js";
import { makeStore } from "./on-server.js";
import { rotationSuite } from "./rotation-suite.js";
import { storageAt } from "./storage-at.js";

/** The suites on key rotation on a server. */
export function describeRotationsOn(kind: ServerKind): void {
  describeOn(kind, "rotateEncryptionKeys", (serverUrl) => {
    const left: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const leave of left.splice(0)) await leave();
    });
    const open = async () => {
      const { drop, ...address } = await makeStore(kind, serverUrl);
      const { storage, migrate, close } = storageAt(address);
      left.push(close, drop);
      await migrate();
      return { storage, address };
    };
    rotationSuite(async () => (await open()).storage, { connections: 10_000 });
    killedRotationSuite(open);
  });
}
