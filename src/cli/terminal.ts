/** A stream that the command line writes to, as `process.stdout` is one. */
export interface TerminalStream extends NodeJS.WritableStream {
  /** Whether a person looks at it. */
  readonly isTTY?: boolean | undefined;
  /** Width in characters, of a terminal. */
  readonly columns?: number | undefined;
  /** Whether writing should wait for `drain`. */
  readonly writableNeedDrain?: boolean | undefined;
  /** Bits of colour that it shows, of a terminal. */
  getColorDepth?(): number;
}

/** All that the command line knows of the process it runs in. */
export interface Terminal {
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Exit code after that; default: that of Ctrl-C. */
  readonly interruptedCode?: () => number;
  /** Registers what must be done when the process ends early; returns how to take it back. */
  readonly onExit?: (restore: () => void) => () => void;
}
