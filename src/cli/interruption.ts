export const INTERRUPTED = 130;

/** Aborted by the first SIGINT (Ctrl-C) or SIGTERM. @param again what the second one does */
export function interruptionSignal(again: () => void): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) again();
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}
