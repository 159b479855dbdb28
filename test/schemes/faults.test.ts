import { MooringError } from "mooring";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { deferred } from "../support/deferred.js";
import { loopbackServer } from "../support/loopback-server.js";
import { connect, expectNothing, failureOf, setUp } from "./support/fault-harness.js";
import { FAULT_PROVIDERS } from "./support/fault-providers.js";
import { FAULTS } from "./support/faults.js";

describe.each(FAULT_PROVIDERS.map((provider) => [provider.name, provider] as const))(
  "%s",
  (_name, provider) => {
    /** What a poll that may succeed later ends with. */
    const expected = (code: string) =>
      provider.polls === true ? expect.stringMatching(`${code}|CONNECTION_NOT_ACTIVE`) : code;

    it("connects when all is well", async () => {
      const made = await setUp(provider, null);
      await expect(connect(made, provider)).resolves.toMatchObject({ status: "ACTIVE" });
    });

    it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
      "is answered with %s",
      async (_what, fault) => {
        const made = await setUp(provider, fault.answer);
        const failure = await failureOf(connect(made, provider));
        expect(failure).toBeInstanceOf(MooringError);
        const refused = fault.refuses === true ? (provider.refused ?? []) : [];
        const issues = refused.map((name) => ({
          path: `connectionParams.${name}`,
          message: "refused by Acme",
        }));
        expect(failure).toMatchObject(
          refused.length === 0
            ? { code: expected(fault.code) }
            : { code: "CREDENTIALS_REFUSED", retryable: false, issues },
        );
        await expectNothing(made, provider, failure);
      },
    );

    it.each([301, 302, 303, 307, 308])("is answered with a redirect (%i)", async (status) => {
      const trap = await loopbackServer(() => ({ body: JSON.stringify(provider.answers[provider.target]) }));
      const made = await setUp(provider, () => ({ status, headers: { location: `${trap.origin}/token` } }));
      const failure = await failureOf(connect(made, provider));
      expect(failure).toMatchObject({ code: "TOKEN_RESPONSE_INVALID", status });
      expect(trap.received).toEqual([]);
      await expectNothing(made, provider, failure);
    });

    // A poll that is not answered is made again, for as long as the code lives.
    it.each(provider.polls === true ? [] : [15_000])(
      "is not answered to the end for %i ms",
      async (limit) => {
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
        onTestFinished(() => {
          vi.useRealTimers();
        });
        const arrived = deferred<void>();
        const made = await setUp(provider, () => {
          arrived.resolve();
          return { body: '{"', stall: true };
        });
        const failing = failureOf(connect(made, provider));
        await arrived.promise;
        await vi.advanceTimersByTimeAsync(limit);
        const failure = await failing;
        expect(failure).toMatchObject({ code: expected("TOKEN_EXCHANGE_FAILED") });
        await expectNothing(made, provider, failure);
      },
    );

    it.each(provider.token === null ? [] : ["a\nb", "a\r\nx-evil: 1", "a\u0000b", "tök€n", " a", ""])(
      "is given the token %j, which no header can carry",
      async (token) => {
        const name = provider.token ?? "";
        const made = await setUp(provider, (_request, good) => ({
          body: JSON.stringify({ ...good, [name]: token }),
        }));
        const failure = await failureOf(connect(made, provider));
        expect(failure).toMatchObject({
          code: "TOKEN_RESPONSE_INVALID",
          message: expect.stringContaining(`\`${name}\``),
        });
        await expectNothing(made, provider, failure);
      },
    );
  },
);
