/** How fast a runtime multiplies large float32 matrices: what its training steps spend most of their time on. */
import { gemm, input, slice } from "../../src/graph/build.ts";
import { emitModel } from "../../src/onnx/emit.ts";
import type { Runtime, SessionOptions, TensorBuffer } from "../../src/runtime/session.ts";
import { median } from "./median.ts";

const SIDES = [1024, 2048];
const ROUNDS = 5;
const RUNS_IN_A_ROUND = 5;

/** Floating-point operations a second: the best round's median, over 1024³ and 2048³ products. */
export async function measureGemmPeak(runtime: Runtime, options?: SessionOptions): Promise<number> {
  let peak = 0;
  for (const side of SIDES) {
    const seconds = await bestMedian(runtime, side, options);
    peak = Math.max(peak, (2 * side ** 3) / seconds);
  }
  return peak;
}

async function bestMedian(runtime: Runtime, side: number, options?: SessionOptions): Promise<number> {
  const session = await runtime.createSession(productModel(side), options);
  const corner = { type: "float32", shape: [1, side], data: new Float32Array(side) } as const;
  const binding = session.bind({ a: randomMatrix(side), b: randomMatrix(side) }, { corner });
  await binding.run();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const seconds: number[] = [];
    for (let run = 0; run < RUNS_IN_A_ROUND; run++) {
      const start = performance.now();
      await binding.run();
      seconds.push((performance.now() - start) / 1e3);
    }
    best = Math.min(best, median(seconds));
  }
  binding.dispose();
  await session.dispose();
  return best;
}

function randomMatrix(side: number): TensorBuffer {
  const data = Float32Array.from({ length: side * side }, () => Math.random() - 0.5);
  return { type: "float32", shape: [side, side], data };
}

/** One row is all that leaves the model, so a runtime that copies its outputs is timed for the product alone. */
function productModel(side: number): Uint8Array {
  const product = gemm(input("a", [side, side]), input("b", [side, side]));
  return emitModel({ outputs: { corner: slice(product, 0, 0, 1) } });
}
