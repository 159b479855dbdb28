import type { Provider } from "oidc-provider";

let loading: Promise<typeof Provider> | undefined;

async function load(): Promise<typeof Provider> {
  const { warn } = console;
  console.warn = (...values: unknown[]) => {
    if (!String(values[0]).includes("oidc-provider WARNING: Unsupported runtime.")) warn(...values);
  };
  try {
    return (await import("oidc-provider")).Provider;
  } finally {
    console.warn = warn;
  }
}

/** Imports `oidc-provider` without its warning on Node 20, where it works but is no longer tested by its author. */
export function loadOidcProvider(): Promise<typeof Provider> {
  loading ??= load();
  return loading;
}
