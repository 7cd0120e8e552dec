/**
 * Gives the engine as much stack on other threads as koffi gives it on the caller's: its matrix products pack their
 * operands there, and koffi's default for other threads is 128 KiB.
 * @returns false when the process has used koffi already and set it up otherwise
 */
export function reserveBackgroundStack({ config }: Pick<typeof import("koffi"), "config">): boolean {
  const wanted = config().sync_stack_size!;
  try {
    config({ async_stack_size: wanted });
  } catch {
    // koffi takes no settings once it has loaded a library.
  }
  return config().async_stack_size! >= wanted;
}
