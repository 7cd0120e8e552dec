import type { Runtime } from "./session.ts";

/** ONNX model y = x + x of two float32 (IR version 8, operator set 17). */
export const DOUBLING_MODEL =
  "CAg6OAoOCgF4CgF4EgF5IgNBZGQSBHRlc3RaDwoBeBIKCggIARIECgIIAmIPCgF5EgoKCAgBEgQKAggCQgIQEQ==";

function doublingModel(): Uint8Array {
  return Uint8Array.from(atob(DOUBLING_MODEL), (character) => character.charCodeAt(0));
}

/**
 * Runs a model whose result is known.
 * @returns the same runtime.
 * @throws Error if the result is wrong.
 */
export async function selfTest(runtime: Runtime): Promise<Runtime> {
  const session = await runtime.createSession(doublingModel(), { threads: 1 });
  try {
    const x = Float32Array.of(1.5, -2);
    const y = new Float32Array(2);
    const shape = [2];
    await session
      .bind({ x: { type: "float32", shape, data: x } }, { y: { type: "float32", shape, data: y } })
      .run();
    if (y[0] !== 3 || y[1] !== -4) throw new Error(`${runtime.name} computed [${y}] instead of [3, -4]`);
    return runtime;
  } finally {
    await session.dispose();
  }
}
