import { ValidationError } from "../../../src/errors.js";
import type { StartResult } from "../../../src/ports/auth-scheme.js";
import type { SchemeFaults, Vendor, VendorCredentials, VendorSettings } from "./sound.js";
import { trialOf } from "./sound.js";

type Started = StartResult<VendorCredentials>;

/** A start that ends in something else. */
const startingWith = (
  edit: (started: Started, values: Readonly<Record<string, string>>) => Started,
  flow: VendorSettings["flow"] = "none",
) => trialOf(({ start }) => ({ start: async (context) => edit(await start(context), context.values) }), flow);
const granting = (
  edit: (
    grant: Extract<Started, { kind: "complete" }>["grant"],
    values: Readonly<Record<string, string>>,
  ) => object,
) =>
  startingWith((started, values) =>
    started.kind === "complete"
      ? { ...started, grant: { ...started.grant, ...edit(started.grant, values) } }
      : started,
  );
const redirecting = (edit: object) =>
  startingWith((started) => (started.kind === "redirect" ? { ...started, ...edit } : started), "browser");
const onDevice = (edit: object) =>
  startingWith((started) => (started.kind === "device" ? { ...started, ...edit } : started), "device");
const refusing = (refuse: (secret: string) => Error): ReturnType<typeof trialOf> =>
  trialOf(
    ({ start }): Partial<Vendor> => ({
      async start(context) {
        const { secret = "" } = context.values;
        if (/\s/.test(secret)) throw refuse(secret);
        return start(context);
      },
    }),
  );

const READY = "start: a connection that is ready has texts for scopes and params, and no secret among them";
const REDIRECT = "start: a redirect goes to a safe URL, and says what it comes back with";
const DEVICE = "start: a device flow says where, which code, how often and until when";
const WRONG = "start: a wrong value is refused by its field, unseen and unsent";

export const START_FAULTS: SchemeFaults = {
  "it says that nobody is needed, and redirects": [
    trialOf(() => ({ interaction: () => "none" }), "browser"),
    "start: ends as `interaction` says, and has the method that goes on from there",
  ],
  "nothing finishes a redirect": [
    trialOf((sound) => {
      const { complete: _missing, ...rest } = sound;
      return { ...rest, complete: undefined } as never;
    }, "browser"),
    "start: ends as `interaction` says, and has the method that goes on from there",
  ],
  "credentials hold what JSON does not": [
    granting(({ credentials }) => ({ credentials: { ...credentials, expires_at: new Date(1) } })),
    "start: what it gives survives being stored",
  ],
  "a flow holds what JSON does not": [
    redirecting({ flow: { verifier: new Map() } }),
    "start: what it gives survives being stored",
  ],
  "granted params are numbers": [granting(() => ({ params: { account: 1 } })), READY],
  "scopes are one text in place of a list": [granting(() => ({ scopes: [["read"]] })), READY],
  "a secret is granted as a param": [
    granting((_grant, { secret = "" }) => ({ params: { note: `key ${secret}` } })),
    READY,
  ],
  "a redirect is not encrypted": [
    redirecting({ redirectUrl: "http://vendor.example/?state=state-of-the-trial" }),
    REDIRECT,
  ],
  "a redirect forgets the state": [
    redirecting({ redirectUrl: "https://vendor.example/authorize" }),
    REDIRECT,
  ],
  "a callback key is one that is not looked for": [
    redirecting({ callbackKey: { parameter: "oauth_token", value: "t" } }),
    REDIRECT,
  ],
  "a callback key is empty": [
    redirecting({ callbackKey: { parameter: "vendor_token", value: "" } }),
    REDIRECT,
  ],
  "the client's secret goes through the browser": [
    redirecting({ redirectUrl: "https://vendor.example/?state=state-of-the-trial&s=secret-of-the-client" }),
    "start: a redirect shows no secret",
  ],
  "a device flow has no code": [onDevice({ userCode: " " }), DEVICE],
  "a device flow polls without a pause": [onDevice({ intervalMs: 0 }), DEVICE],
  "a device flow counts its end from now": [onDevice({ expiresAt: 600_000 }), DEVICE],
  "a device flow is not encrypted": [onDevice({ verificationUri: "http://vendor.example/device" }), DEVICE],
  "its link with the code is none": [onDevice({ verificationUriComplete: "vendor.example/device" }), DEVICE],
  "a wrong value is let in": [
    trialOf(({ start }) => ({
      start: (context) =>
        start({
          ...context,
          values: { ...context.values, secret: (context.values["secret"] ?? "").replaceAll(" ", "-") },
        }),
    })),
    WRONG,
  ],
  "a wrong value is a TypeError": [refusing(() => new TypeError("Wrong.")), WRONG],
  "a wrong value is refused without its field": [
    refusing(
      () => new ValidationError("Wrong.", { issues: [{ path: "connectionParams", message: "is wrong" }] }),
    ),
    WRONG,
  ],
  "a wrong value is quoted": [
    refusing(
      (secret) =>
        new ValidationError(`${secret} is wrong.`, {
          issues: [{ path: "connectionParams.secret", message: "is wrong" }],
        }),
    ),
    WRONG,
  ],
  "the provider is asked before values are looked at": [
    trialOf(({ start }) => ({
      async start(context) {
        await context.runtime.fetch("https://vendor.example/login").catch(() => null);
        return start(context);
      },
    })),
    WRONG,
  ],
};
