export type { FakeClock } from "./fake-clock.js";
export { fakeClock } from "./fake-clock.js";
export type { StorageConformanceCase, StorageUnderTest } from "./storage-conformance.js";
export { storageConformance } from "./storage-conformance.js";
