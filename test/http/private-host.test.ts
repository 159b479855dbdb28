import { describe, expect, it } from "vitest";
import { isPrivateHost } from "../../src/http/private-host.js";

const isPrivate = (host: string) => isPrivateHost(new URL(`http://${host}/`));

describe("isPrivateHost", () => {
  it.each(
    [
      "localhost LOCALHOST localhost. app.localhost 0.0.0.0 127.0.0.1 127.1 0x7f.0.0.1 0177.0.0.1 2130706433",
      "10.0.0.0 10.255.255.255 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 198.18.0.1",
      "224.0.0.1 255.255.255.255 [::] [::1] [::ffff:127.0.0.1] [::ffff:10.0.0.1] [::127.0.0.1] [64:ff9b::a00:1]",
      "[2002:7f00:1::] [fc00::1] [fd12:3456::1] [fe80::1] [fec0::1] [ff02::1]",
    ]
      .join(" ")
      .split(" "),
  )("is true of %s", (host) => {
    expect(isPrivate(host)).toBe(true);
  });

  it.each(
    [
      "example.com localhost.example.com notlocalhost 127.0.0.1.example.com 1.1.1.1 9.255.255.255 11.0.0.0",
      "100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.0.1 172.15.255.255 172.32.0.0 192.167.1.1",
      "198.20.0.1 223.255.255.255 [2606:4700::1111] [::ffff:1.1.1.1] [64:ff9b::101:101] [2002:101:101::]",
    ]
      .join(" ")
      .split(" "),
  )("is false of %s", (host) => {
    expect(isPrivate(host)).toBe(false);
  });
});
