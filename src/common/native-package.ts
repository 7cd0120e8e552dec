import { VaekitError } from "./errors.ts";

/**
 * Loads a package that has a part for each system, which is missing where packages were installed for another system or
 * without optional ones.
 * @param purpose what the package does, as in "draws pictures"
 * @throws VaekitError with the first line of the reason
 */
export async function nativePackage<T>(name: string, purpose: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).trim().split("\n")[0];
    throw new VaekitError(
      `${name}, which ${purpose}, does not load on this system (${reason}); install vaekit again here, with optional packages`,
      { cause },
    );
  }
}
