import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Exit codes as shells have them: 128 and the signal's number. */
const CODES = { SIGINT: 130, SIGTERM: 130, SIGHUP: 129 } as const;

export const INTERRUPTED = CODES.SIGINT;

interface Interruption {
  /** Aborted by the first SIGINT (Ctrl-C), SIGTERM or SIGHUP (a terminal or connection that closes). */
  readonly signal: AbortSignal;
  /** Exit code that says which it was. */
  readonly exitCode: number;
}

/** @param again what the second one does, with its exit code */
export function interruption(again: (exitCode: number) => void): Interruption {
  const controller = new AbortController();
  let exitCode: number = INTERRUPTED;
  for (const [name, code] of Object.entries(CODES)) {
    if (name === "SIGHUP" && survivesHangup()) {
      process.on(name, () => {});
      continue;
    }
    process.on(name, () => {
      if (controller.signal.aborted) again(code);
      exitCode = code;
      controller.abort();
    });
  }
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}

/**
 * Whether the process was started by `nohup`, to live on when its terminal closes. That an ignored SIGHUP was handed down
 * cannot be seen, since Node undoes it when it starts; what can be seen is how nohup was called, the standard input that
 * it gives (`/dev/null`, for writing only), or a parent, such as a script, that ignores the signal still.
 */
function survivesHangup(): boolean {
  return (
    basename(process.env._ ?? "") === "nohup" ||
    /^flags:\s*\d*1$/m.test(textOf("/proc/self/fdinfo/0")) ||
    ignoresHangup(textOf(`/proc/${process.ppid}/status`))
  );
}

/** The mask of ignored signals in hexadecimal digits; SIGHUP is its lowest bit. */
function ignoresHangup(status: string): boolean {
  const lowest = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(status)?.[1];
  return lowest !== undefined && Number.parseInt(lowest, 16) % 2 === 1;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
