export const INTERRUPTED = 130;

/** Aborted by the first Ctrl-C, or the first polite request to end. The second ends the process at once. */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}
