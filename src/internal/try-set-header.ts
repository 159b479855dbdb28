/** Sets a header; false for a value no header can carry, which the platform's own error would quote. */
export function trySetHeader(headers: Headers, name: string, value: string): boolean {
  try {
    headers.set(name, value);
    return true;
  } catch {
    return false;
  }
}
