import picocolors from "picocolors";
import { settingsAsFlags } from "../common/named-setting.ts";
import { fileError } from "../files/file-error.ts";
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
  /** Why stdout takes nothing more, where it failed: a full disk, or a reader that has gone, as `head` does. */
  private failure: NodeJS.ErrnoException | undefined;

  constructor(terminal: Terminal, json: boolean) {
    this.json = json;
    this.terminal = terminal;
    this.colours = picocolors.createColors(terminal.stdout.isTTY === true && picocolors.isColorSupported);
    terminal.stdout.on("error", (error: NodeJS.ErrnoException) => {
      this.failure ??= error;
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
      if (this.failure) return;
      if (this.terminal.stdout.writableNeedDrain) await drained(this.terminal.stdout);
    }
  }

  /** A line on stderr. */
  say(message: string): void {
    const line = settingsAsFlags(message);
    try {
      this.terminal.stderr.write(`${line}\n`);
    } catch {
      // A full disk behind stderr: there is nowhere to say so.
    }
  }

  warn(message: string): void {
    this.say(`vaekit: ${message}`);
  }

  /** Why what was written to stdout is lost, in a sentence; undefined where it is not, or where its reader has left. */
  get lostOutput(): string | undefined {
    if (!this.failure || this.failure.code === "EPIPE") return undefined;
    return fileError("cannot write to stdout", this.failure).message;
  }

  private write(text: string): void {
    if (this.failure) return;
    try {
      this.terminal.stdout.write(text);
    } catch (error) {
      // Files are written at once, and fail at once.
      this.failure = error as NodeJS.ErrnoException;
    }
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
