import type { IncomingMessage, ServerResponse } from "node:http";
import type { InteractionDetails, Provider } from "oidc-provider";

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const page = (title: string, form: string) =>
  `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><form method="post">${form}</form></html>`;

const loginPage = () =>
  page("Sign in to Acme", '<label>Login <input name="login"></label><button>Sign in</button>');

const scopesOf = ({ params }: InteractionDetails) => (params.scope ?? "").split(" ").filter(Boolean);

function consentPage(details: InteractionDetails): string {
  const boxes = scopesOf(details).map(
    (scope) =>
      `<label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked>${escapeHtml(scope)}</label>`,
  );
  return page(
    `Allow ${escapeHtml(details.params.client_id)} to use your account?`,
    `${boxes.join("")}<button name="decision" value="allow">Allow</button>
     <button name="decision" value="deny">Deny</button>`,
  );
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

async function consentResult(provider: Provider, details: InteractionDetails, form: URLSearchParams) {
  const accountId = details.session?.accountId;
  if (form.get("decision") !== "allow" || accountId === undefined) {
    return { error: "access_denied", error_description: "The user said no" };
  }
  const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
  const granted = new Set(form.getAll("scope"));
  for (const scope of scopesOf(details)) {
    if (granted.has(scope)) grant.addOIDCScope(scope);
    else grant.rejectOIDCScope(scope);
  }
  const { resource } = details.params;
  if (resource !== undefined) grant.addResourceScope(resource, [...granted].join(" "));
  return { consent: { grantId: await grant.save() } };
}

/** Login and consent: two pages, each with one form, which a person or `createBrowser()` fills in. */
export async function handleInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response);
  const isLogin = details.prompt.name === "login";
  if (request.method !== "POST") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(isLogin ? loginPage() : consentPage(details));
    return;
  }
  const form = await formOf(request);
  const result = isLogin
    ? { login: { accountId: form.get("login") ?? "" } }
    : await consentResult(provider, details, form);
  await provider.interactionFinished(request, response, result, {
    mergeWithLastSubmission: isLogin === false,
  });
}
