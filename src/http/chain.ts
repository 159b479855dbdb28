import type { OpenedCredentials } from "../ports/request.js";
import type { Hop, Outgoing } from "./outgoing.js";
import type { Trail } from "./trail.js";

/** A request and all that follows from it: where it stands now. */
export interface Chain {
  readonly outgoing: Outgoing;
  readonly trail: Trail;
  credentials: OpenedCredentials;
  hop: Hop;
  /** Whether the credentials still go along: false for good once a redirect left the origin. */
  attached: boolean;
  /** Whether a 401 may still be answered with newer credentials. */
  renewable: boolean;
  /** Whether an answer that asks for something in the request may still be answered with that. */
  challengeable: boolean;
  /** How many redirects were followed. */
  redirects: number;
}
