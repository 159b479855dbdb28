/**
 * What no error may show of a private key as it was given: all of it, and the PEM in it by itself, with line breaks as they
 * were written and as they are.
 */
export function keySecrets(key: string): readonly string[] {
  const [pem = null] = /-----BEGIN[^"]*/.exec(key) ?? [];
  return pem === null ? [key] : [key, pem, pem.replaceAll("\\n", "\n")];
}
