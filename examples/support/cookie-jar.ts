interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** A browser's cookies, kept per origin and path (RFC 6265 §5, as far as login pages need it). */
export function createCookieJar() {
  const origins = new Map<string, Map<string, Cookie>>();

  const store = (url: URL, line: string): void => {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const separator = pair.indexOf("=");
    const name = pair.slice(0, separator);
    const attribute = (key: string) =>
      attributes.find((text) => text.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = attribute("path") ?? url.pathname.replace(/\/[^/]*$/, "");
    const expired =
      Date.parse(attribute("expires") ?? "") <= Date.now() || Number(attribute("max-age") ?? 1) <= 0;
    const cookies = origins.get(url.origin) ?? new Map<string, Cookie>();
    origins.set(url.origin, cookies);
    cookies.delete(`${name};${path}`);
    if (!expired) cookies.set(`${name};${path}`, { name, value: pair.slice(separator + 1), path });
  };

  const matches = (pathname: string, path: string) =>
    pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);

  return {
    /** Takes the cookies an answer sets. */
    store(url: URL, headers: Headers): void {
      for (const line of headers.getSetCookie()) store(url, line);
    },
    /** The `Cookie` header for a URL; empty when there is none to send. */
    header(url: URL): string {
      const cookies = [...(origins.get(url.origin)?.values() ?? [])];
      return cookies
        .filter(({ path }) => matches(url.pathname, path))
        .map(({ name, value }) => `${name}=${value}`)
        .join("; ");
    },
  };
}
