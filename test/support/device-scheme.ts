import type { AnyAuthScheme, PollResult, StartResult } from "mooring";
import { defineApp } from "mooring";
import { expect } from "vitest";

/** What a server says when it is asked. */
export type DeviceAnswer = PollResult<unknown> | Error | Promise<PollResult<unknown>>;
export const INTERVAL_MS = 5_000;
export const EXPIRES_MS = 900_000;
/** What nobody but the server may learn. */
export const DEVICE_CODE = "device-code-1";

/** An app whose users enter a code at another device. */
export const scriptedApp = defineApp({
  slug: "scripted",
  name: "Scripted",
  description: "Connects at another device",
  baseUrl: "https://scripted.example",
  authSchemes: [{ scheme: "SCRIPTED" }],
});

/** A scheme whose server gives these answers, one after the other, and the times it was asked at. */
export function scriptedDevice(answers: readonly DeviceAnswer[], now: () => number) {
  const asked: number[] = [];
  const scheme: AnyAuthScheme = {
    name: "SCRIPTED",
    parseSettings: (settings) => settings,
    parseCredentials: (credentials) => credentials,
    integrationParams: () => [],
    connectionParams: () => [],
    interaction: () => "device",
    start: async (): Promise<StartResult<unknown>> => ({
      kind: "device",
      verificationUri: "https://acme.example/device",
      verificationUriComplete: null,
      userCode: "WDJB-MJHT",
      intervalMs: INTERVAL_MS,
      expiresAt: now() + EXPIRES_MS,
      flow: { device_code: DEVICE_CODE },
    }),
    async poll(_context, flow) {
      expect(flow).toStrictEqual({ device_code: DEVICE_CODE });
      const answer = answers[asked.push(now()) - 1];
      if (answer === undefined) throw new Error("The server was asked once too often.");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    secrets: () => [],
    apply: (request) => request,
  };
  return { scheme, asked };
}
