import type { Binding } from "./session.ts";

/** Several bindings as one, run one after another. */
export function inTurn(bindings: readonly Binding[]): Binding {
  return {
    async run() {
      for (const binding of bindings) await binding.run();
    },
    dispose: () => disposeAll(bindings),
  };
}

/** A binding that can run on another thread than the caller's. */
export interface BackgroundBinding extends Binding {
  runInBackground(): Promise<void>;
}

/** Several bindings as one, run at the same time: one of them on the caller's thread. */
export function atTheSameTime(bindings: readonly BackgroundBinding[]): Binding {
  const [first, ...others] = bindings;
  return {
    async run() {
      const background = others.map((binding) => binding.runInBackground());
      // Whatever fails, none may be under way when this returns: its memory may be gone soon.
      const outcomes = await Promise.allSettled([first?.run(), ...background]);
      const failure = outcomes.find((outcome) => outcome.status === "rejected");
      if (failure) throw failure.reason;
    },
    dispose: () => disposeAll(bindings),
  };
}

function disposeAll(bindings: readonly Binding[]): void {
  for (const binding of bindings) binding.dispose();
}
