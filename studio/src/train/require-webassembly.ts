/** A module that uses one SIMD instruction: `v128.const`, dropped. */
const SIMD = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 253, 12],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 26, 11],
);

/** @throws Error that says what this browser lacks for training */
export function requireWebAssembly(found: Pick<typeof WebAssembly, "validate"> | undefined): void {
  if (!found) throw new Error("this browser has no WebAssembly: training needs it; use a current browser");
  if (!found.validate(SIMD))
    throw new Error(
      "this browser's WebAssembly has no SIMD instructions: training needs them; use a current browser",
    );
}
