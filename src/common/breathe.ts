/**
 * Lets timers, signals and other callbacks run now and then: an engine that computes in place never waits by itself.
 * @param everyMs longest time between two pauses
 * @returns call it between pieces of work
 */
export function breather(everyMs = 50): () => Promise<void> {
  let breathed = performance.now();
  return async () => {
    if (performance.now() - breathed < everyMs) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    breathed = performance.now();
  };
}
