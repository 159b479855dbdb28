/** IPv4 blocks that are not the public internet, as first address and prefix length (RFC 6890). */
const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
];

const numberOf = (ipv4: string) => ipv4.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

function isPrivateIpv4(address: number): boolean {
  return PRIVATE_IPV4.some(([first, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(address / size) === Math.floor(numberOf(first) / size);
  });
}

/** The eight groups of an IPv6 address in the form the URL standard writes it. */
function groupsOf(ipv6: string): readonly number[] {
  const [head = "", tail] = ipv6.split("::");
  const read = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return read(head);
  const [start, end] = [read(head), read(tail)];
  return [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
}

function isPrivateIpv6(ipv6: string): boolean {
  const groups = groupsOf(ipv6);
  const [first = 0, second = 0, third = 0] = groups;
  const ipv4At = (index: number) => (groups[index] ?? 0) * 65_536 + (groups[index + 1] ?? 0);
  // fc00::/7 unique local, fe80::/9 link and site local, ff00::/8 multicast
  if ((first & 0xfe00) === 0xfc00 || (first & 0xff80) === 0xfe80 || first >= 0xff00) return true;
  // ::/80 holds loopback, the unspecified address and IPv4 addresses in IPv6 form
  const embeds = groups.slice(0, 5).every((group) => group === 0) || (first === 0x64 && second === 0xff9b);
  if (embeds) return isPrivateIpv4(ipv4At(6));
  return first === 0x2002 && isPrivateIpv4(second * 65_536 + third);
}

/**
 * Whether a URL's host is `localhost` or the literal of a loopback, private, link-local or otherwise not public
 * address. A name that a DNS server resolves to such an address is not seen here.
 */
export function isPrivateHost({ hostname }: URL): boolean {
  const host = hostname.replace(/\.$/, "");
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  if (host.startsWith("[")) return isPrivateIpv6(host.slice(1, -1));
  return /^\d+(?:\.\d+){3}$/.test(host) && isPrivateIpv4(numberOf(host));
}
