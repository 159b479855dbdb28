/** 26 bits: `rand_a`, and the first 14 bits of `rand_b`. */
const MAX_COUNTER = 0x3ff_ffff;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** A start in the lower half, so that millions of ids fit into one millisecond. */
function randomCounter([a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return (a << 17) | (b << 9) | (c << 1) | (d & 1);
}

/**
 * Makes a source of UUIDs version 7 (RFC 9562 §5.7). Each sorts after the one before, as text, within a millisecond
 * and when the clock is set back: a counter (§6.2, method 1) follows the time.
 *
 * @param now milliseconds since the epoch
 */
export function createUuidV7(now: () => number): () => string {
  let time = 0;
  let counter = MAX_COUNTER;
  return () => {
    const random = crypto.getRandomValues(new Uint8Array(10));
    const current = Math.floor(now());
    if (current > time) {
      time = current;
      counter = randomCounter(random);
    } else if (counter < MAX_COUNTER) {
      counter += 1;
    } else {
      // Ahead of the clock by a millisecond, as §6.2 allows, rather than out of order.
      time += 1;
      counter = randomCounter(random);
    }
    const milliseconds = hex(time, 12);
    const tail = Array.from(random.subarray(4), (byte) => hex(byte, 2)).join("");
    return [
      milliseconds.slice(0, 8),
      milliseconds.slice(8),
      `7${hex(counter >>> 14, 3)}`,
      hex(0x8000 | (counter & 0x3fff), 4),
      tail,
    ].join("-");
  };
}
