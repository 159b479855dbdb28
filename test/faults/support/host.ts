import type { CallReport, Calls } from "./caller.js";

/** A process of a host's, as its operator sees it. */
export interface Host {
  call(calls: Calls): Promise<CallReport>;
  /** Sets its clock forward. */
  skip(milliseconds: number): Promise<void>;
}

/** Several of them on one storage. */
export interface Fleet<Member extends Host> {
  /** All of them, as they are configured anew. */
  ready(setup: {
    readonly origin: string;
    readonly leaseMs?: number | undefined;
  }): Promise<readonly Member[]>;
}
