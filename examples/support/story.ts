import { inspect } from "node:util";

const WIDTH = 100;

/** What a step may say while it runs. */
export interface Narrator {
  /** A sentence. */
  say(text: string): void;
  /** A value as JSON, its long strings shortened. */
  show(label: string, value: unknown): void;
  /** What happened, for the table at the end. */
  outcome(text: string): void;
}

/** A demo told in steps. */
export interface Story {
  /** Runs one step; after a failed one, nothing else runs. */
  step<Value>(title: string, run: (narrator: Narrator) => Promise<Value>): Promise<Value>;
  /** Closes something at the end, last opened first. */
  defer(close: () => Promise<unknown>): void;
  /** Everything written so far. */
  transcript(): string;
  /** Runs the chapters, closes everything, prints the table; whether every step succeeded. */
  tell(chapters: () => Promise<void>): Promise<boolean>;
}

interface Row {
  readonly title: string;
  readonly passed: boolean;
  outcome: string;
}

const shorten = (text: string, length: number) =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** A value as indented JSON within the width of the page. */
export function formatJson(value: unknown, indent = 4): string {
  const text = JSON.stringify(value, null, 2) ?? String(value);
  return text
    .split("\n")
    .map((line) => {
      const closing = /[,"]*$/.exec(line)?.[0] ?? "";
      const room = WIDTH - indent;
      const fitting = line.length <= room ? line : `${line.slice(0, room - 1 - closing.length)}…${closing}`;
      return " ".repeat(indent) + fitting;
    })
    .join("\n");
}

const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error)
    .split("\n", 1)
    .join();

/** Words in lines no longer than `width`. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(shorten(word, width));
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function table(rows: readonly Row[]): readonly string[] {
  const left = Math.max(...rows.map(({ title }) => title.length));
  const right = WIDTH - left - 11;
  const rule = `  ${"─".repeat(WIDTH - 4)}`;
  const lines = rows.flatMap(({ title, passed, outcome }, index) =>
    wrap(outcome, right).map((line, part) =>
      part === 0
        ? `  ${passed ? "✓" : "✗"} ${String(index + 1).padStart(2)}  ${title.padEnd(left)}  ${line}`
        : `${" ".repeat(left + 10)}${line}`,
    ),
  );
  return [rule, ...lines, rule];
}

/**
 * Tells a demo step by step and sums it up in a table.
 *
 * @param options.write Takes one block of text at a time, without the final line break.
 * @param options.color Whether the output understands ANSI colours.
 */
export function createStory(options: {
  readonly title: string;
  readonly write: (text: string) => void;
  readonly color: boolean;
}): Story {
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
    options.write(text);
  };
  const paint = (code: number, text: string) => (options.color ? `\u001B[${code}m${text}\u001B[0m` : text);
  const rows: Row[] = [];
  const closers: (() => Promise<unknown>)[] = [];

  const step = async <Value>(title: string, run: (narrator: Narrator) => Promise<Value>) => {
    write(`\n${paint(1, `${rows.length + 1}. ${title}`)}`);
    let outcome = "done";
    try {
      const value = await run({
        say: (text) =>
          write(
            wrap(text, WIDTH - 2)
              .map((line) => `  ${line}`)
              .join("\n"),
          ),
        show: (label, shown) => write(`  ${paint(36, label)}\n${formatJson(shown)}`),
        outcome: (text) => {
          outcome = text;
        },
      });
      write(
        wrap(`✓ ${outcome}`, WIDTH - 2)
          .map((line) => `  ${paint(32, line)}`)
          .join("\n"),
      );
      rows.push({ title, passed: true, outcome });
      return value;
    } catch (error) {
      rows.push({ title, passed: false, outcome: firstLine(error) });
      write(`  ${paint(31, "✗ failed")}\n${inspect(error)}`);
      throw error;
    }
  };

  return {
    step,
    transcript: () => written.join("\n"),
    defer: (close) => closers.unshift(close),
    async tell(chapters) {
      write(`${paint(1, options.title)}\n${"═".repeat(options.title.length)}`);
      const passed = await chapters().then(
        () => true,
        (error: unknown) => {
          // A step has told of its own error already.
          if (rows.every((row) => row.passed)) write(inspect(error));
          return false;
        },
      );
      for (const close of closers) await close();
      write(
        `\n${[...table(rows), ...(passed ? [] : ["  A step failed: the rest was not run."])].join("\n")}`,
      );
      return passed;
    },
  };
}
