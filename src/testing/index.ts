export type { FakeClock } from "./fake-clock.js";
export { fakeClock } from "./fake-clock.js";
export type {
  RefusedInput,
  SampleRequest,
  SchemeConformanceCase,
  SchemeUnderTest,
  SchemeUser,
} from "./scheme-conformance.js";
export { schemeConformance } from "./scheme-conformance.js";
export type { StorageConformanceCase, StorageUnderTest } from "./storage-conformance.js";
export { storageConformance } from "./storage-conformance.js";
