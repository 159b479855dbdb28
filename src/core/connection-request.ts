import * as z from "zod";
import { ConnectionStateError, NoItemsFoundError } from "../errors.js";
import { lazy } from "../internal/lazy.js";
import type { AttemptRecord, ConnectionRecord, ConnectionStatus } from "../ports/storage.js";
import { readArguments, signalArgument } from "./arguments.js";
import type { Attempt, DeviceAttempt } from "./attempt.js";
import type { Connection } from "./connection.js";
import { listRows, readRow } from "./connection-rows.js";
import { viewStatus } from "./connection-view.js";
import type { CoreContext } from "./context.js";
import type { DevicePoll } from "./device-poll.js";
import { createDevicePoll } from "./device-poll.js";

/** What the user enters at another device (RFC 8628 §3.2). */
export interface DeviceCode {
  /** Shown to the user, who enters it at `verificationUri`. */
  readonly userCode: string;
  /** Where to enter it. */
  readonly verificationUri: string;
  /** The same with the code in it, for a QR code; null when the provider has none. */
  readonly verificationUriComplete: string | null;
  /** When the code stops working. */
  readonly expiresAt: Date;
}

function deviceCode({ prompt, expiresAt }: DeviceAttempt): DeviceCode {
  const { userCode, verificationUri, verificationUriComplete } = prompt;
  return { userCode, verificationUri, verificationUriComplete, expiresAt: new Date(expiresAt) };
}

/** A request as plain data. */
export interface ConnectionRequestJson {
  readonly connectionStatus: ConnectionStatus;
  readonly connectedAccountId: string;
  readonly redirectUrl: string | null;
  /** What the user enters at another device; left out for other flows. `expiresAt` is ISO 8601. */
  readonly device?: Omit<DeviceCode, "expiresAt"> & { readonly expiresAt: string };
}

/** How to wait for a user. */
export interface WaitOptions {
  /** Milliseconds to wait at the most. Default: 60,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const waitSchema = lazy(() =>
  z.strictObject({
    timeoutMs: z
      .number("expected milliseconds, 0 or more")
      .min(0, "expected milliseconds, 0 or more")
      .optional(),
    signal: signalArgument().optional(),
  }),
);
const FIRST_POLL_MS = 50;
const MAX_POLL_MS = 1_000;

/**
 * A connection that was started: ready at once, or waiting for the user at `redirectUrl`. Its JSON form is exactly
 * `connectionStatus`, `connectedAccountId` and `redirectUrl`, and `device` where a code is entered at another device.
 *
 * @example
 * ```ts
 * const request = await entity.initiateConnection({ app: "github", redirectUrl: "https://app.example.com/done" });
 * response.redirect(request.redirectUrl ?? "/done");
 * const connection = await request.waitUntilActive({ timeoutMs: 120_000 });
 * ```
 */
export class ConnectionRequest {
  /** The attempt's status when it was started, or asked for with `entity.getConnectionRequest()`. */
  readonly connectionStatus: ConnectionStatus;
  /** Id of the connection. */
  readonly connectedAccountId: string;
  /**
   * Where to send the user now; null when nothing is left to do. Of a flow through the browser only who starts it has it: it
   * is not stored.
   */
  readonly redirectUrl: string | null;
  /** What the user enters at another device; null for other flows. */
  readonly device: DeviceCode | null;
  readonly #poll: DevicePoll | null;
  readonly #context: CoreContext;
  readonly #attempt: Attempt;
  readonly #connect: (record: ConnectionRecord) => Connection;

  /** @internal */
  constructor(context: CoreContext, attempt: Attempt, connect: (record: ConnectionRecord) => Connection) {
    this.#context = context;
    this.#attempt = attempt;
    this.#connect = connect;
    const { id, entityId } = attempt.connection;
    const { attemptId, device } = attempt;
    this.connectionStatus = attempt.status;
    this.connectedAccountId = id;
    this.redirectUrl = attempt.redirectUrl;
    this.device = device === null ? null : deviceCode(device);
    this.#poll =
      device === null || attemptId === null
        ? null
        : createDevicePoll(context, { id, entityId, attemptId }, device.flow);
  }

  /**
   * A `Set-Cookie` header value that ties the flow to the user's browser: with it, `handleCallback(request)` needs no
   * `entityId`. Null when there is no flow. It is no secret of the user's, but only that browser should see it.
   */
  get bindingCookie(): string | null {
    return this.#attempt.bindingCookie;
  }

  /**
   * Resolves with the connection as soon as it is ACTIVE, in whichever process the callback arrives. Of a device flow it
   * asks the provider, as often as RFC 8628 §3.5 allows and never more often than once per interval in all processes
   * together: such a flow goes on only while someone waits, here or with a request of `entity.getConnectionRequest()`.
   *
   * @throws ConnectionStateError `CONNECTION_NOT_ACTIVE` at once when the attempt failed or expired,
   * `CONNECTION_WAIT_TIMEOUT` (retryable) when the time is up
   * @throws NoItemsFoundError when the connection was deleted, ValidationError naming a wrong option
   */
  async waitUntilActive(options: WaitOptions = {}): Promise<Connection> {
    const given = readArguments(waitSchema(), options, "request.waitUntilActive()");
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = given;
    const { clock } = this.#context.runtime;
    const { id } = this.#attempt.connection;
    const giveUpAt = clock.now() + timeoutMs;
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(Math.ceil(pause * 1.5), MAX_POLL_MS)) {
      signal?.throwIfAborted();
      const connection = await this.#read();
      if (this.#isDone(connection)) return this.#connect(connection);
      this.#poll?.observe(connection.attempt);
      const left = giveUpAt - clock.now();
      if (left <= 0) break;
      await clock.sleep(Math.min(this.#poll?.waitMs() ?? pause, left), signal);
      // Between the asking of another caller and its end the connection may have become ACTIVE.
      if (this.#poll?.waitMs() === 0) await this.#poll.ask(signal);
    }
    throw new ConnectionStateError(
      "CONNECTION_WAIT_TIMEOUT",
      `Connection ${id} did not become ACTIVE in ${timeoutMs} ms.`,
      {
        status: "INITIATED",
        hint: "Has the user opened `redirectUrl`? Wait again, or start a new connection.",
        retryable: true,
      },
    );
  }

  /** Exactly `connectionStatus`, `connectedAccountId` and `redirectUrl`; and `device` where a code is entered. */
  toJSON(): ConnectionRequestJson {
    const { connectionStatus, connectedAccountId, redirectUrl, device } = this;
    const json = { connectionStatus, connectedAccountId, redirectUrl };
    return device === null
      ? json
      : { ...json, device: { ...device, expiresAt: device.expiresAt.toISOString() } };
  }

  /** The connection the attempt was for; or the one to the same account, which got its grant. */
  async #read(): Promise<ConnectionRecord> {
    const { id, entityId, app } = this.#attempt.connection;
    try {
      return (await readRow(this.#context, { id, entityId })).connection;
    } catch (error) {
      if (!(error instanceof NoItemsFoundError)) throw error;
      const rows = await listRows(this.#context, { entityId, app });
      const renewed = rows.find(({ attempt }) => attempt !== null && attempt.id === this.#attempt.attemptId);
      if (renewed === undefined) throw error;
      return renewed;
    }
  }

  #isDone(connection: ConnectionRecord): boolean {
    const now = this.#context.runtime.clock.now();
    const own = this.#ownAttempt(connection);
    const status = own === null ? viewStatus(connection, now) : attemptStatus(own, now);
    if (status === "ACTIVE") return true;
    if (status === "INITIATED") return false;
    const reason = own === null ? connection.statusReason : own.reason;
    throw new ConnectionStateError(
      "CONNECTION_NOT_ACTIVE",
      `Connecting ${connection.id} to "${connection.app}" ended as ${status}${reason === null ? "" : ` (${reason})`}.`,
      { status, hint: "Start again with `entity.initiateConnection()` or `connection.reconnect()`." },
    );
  }

  /** A later attempt on the same connection answers for this one: null. */
  #ownAttempt(connection: ConnectionRecord): AttemptRecord | null {
    return connection.attempt?.id === this.#attempt.attemptId ? connection.attempt : null;
  }
}

function attemptStatus(attempt: AttemptRecord, now: number): ConnectionStatus {
  return attempt.status === "INITIATED" && now >= attempt.expiresAt ? "EXPIRED" : attempt.status;
}
