import picocolors from "picocolors";
import type { Terminal, TerminalStream } from "./terminal.ts";

/** One line of JSON; numbers that are not finite become null. */
export type JsonRecord = object;

/**
 * How a command speaks: its product to stdout, all else to stderr. With `--json` the product is lines of JSON only;
 * without, it is text for a person.
 */
export class Io {
  readonly json: boolean;
  readonly terminal: Terminal;
  /** For stdout. */
  readonly colours: ReturnType<typeof picocolors.createColors>;
  /** Exit code of the process when the command ends. */
  exitCode = 0;
  /** Whether the reader of stdout has gone, as `head` does: what is written then is lost. */
  private closed = false;

  constructor(terminal: Terminal, json: boolean) {
    this.json = json;
    this.terminal = terminal;
    this.colours = picocolors.createColors(terminal.stdout.isTTY === true && picocolors.isColorSupported);
    terminal.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      this.closed = true;
    });
  }

  /** Aborted by Ctrl-C. */
  get signal(): AbortSignal {
    return this.terminal.signal;
  }

  /** Whether a person looks at stdout. */
  get isTerminal(): boolean {
    return this.terminal.stdout.isTTY === true && !this.json;
  }

  /** Whether anyone looks at stderr: a person at a terminal, or one who reads text from files later. */
  get isWatched(): boolean {
    return !this.json || this.terminal.stderr.isTTY === true;
  }

  /** A line of JSON; nothing without `--json`. */
  record(record: JsonRecord): void {
    if (this.json) this.write(`${JSON.stringify(record)}\n`);
  }

  /** A line for a person; nothing with `--json`. */
  print(line = ""): void {
    if (!this.json) this.write(`${line}\n`);
  }

  /**
   * Writes long data to stdout unchanged, piece by piece; stops when the reader has gone.
   * @throws the signal's reason when interrupted
   */
  async pour(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      this.write(piece);
      // A pause in which a closed pipe or Ctrl-C is noticed.
      await new Promise((resolve) => setImmediate(resolve));
      this.signal.throwIfAborted();
      if (this.closed) return;
      if (this.terminal.stdout.writableNeedDrain) await drained(this.terminal.stdout);
    }
  }

  /** A line on stderr. */
  say(line: string): void {
    this.terminal.stderr.write(`${line}\n`);
  }

  warn(message: string): void {
    this.say(`vaekit: ${message}`);
  }

  private write(text: string): void {
    if (!this.closed) this.terminal.stdout.write(text);
  }
}

async function drained(stream: TerminalStream): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = () => {
      stream.off("drain", go).off("close", go);
      resolve();
    };
    stream.on("drain", go).on("close", go);
  });
}
