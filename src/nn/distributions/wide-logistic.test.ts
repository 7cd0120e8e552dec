import { describe, expect, it } from "vitest";
import { input, reduceSum } from "../../graph/build.ts";
import { gradient } from "../../graph/gradient.ts";
import { emitModel } from "../../onnx/emit.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import { discretizedLogistic } from "./discretized-logistic.ts";

const LOG_SCALES = [-2, 0, 4, 4.99, 5.01, 6, 10, 30, 83, 86, 95, 300];
/** The first level, the last and some between, with locations near and far. */
const PLACES = [0, 128 / 255, 1].flatMap((x) => [-3, 0.4, 250].map((location) => ({ x, location })));
const CASES = LOG_SCALES.flatMap((logScale) => PLACES.map((place) => ({ ...place, logScale })));

const logSigmoid = (u: number) => -(Math.max(-u, 0) + Math.log1p(Math.exp(-Math.abs(u))));

/** ln P(x) from its definition, without cancellation in double precision; where s⁻¹ is nearly 0, its limit. */
function logProbability({
  x,
  location,
  logScale,
}: {
  x: number;
  location: number;
  logScale: number;
}): number {
  const inverse = Math.exp(-logScale);
  const [upper, lower] = [1 / 510, -1 / 510].map((edge) => (x + edge - location) * inverse) as [
    number,
    number,
  ];
  if (x === 0) return logSigmoid(upper);
  if (x === 1) return logSigmoid(-lower);
  const width = logScale > 30 ? -logScale - Math.log(255) : Math.log(-Math.expm1(-inverse / 255));
  return logSigmoid(upper) + logSigmoid(-lower) + width;
}

/** s·(softplus(μ/s) − softplus((μ − 1)/s)); where that cancels, σ between the two. */
function confinedMean({ location, logScale }: { location: number; logScale: number }): number {
  const inverse = Math.exp(-logScale);
  if (logScale > 10) return 1 / (1 + Math.exp((0.5 - location) * inverse));
  return (logSigmoid((1 - location) * inverse) - logSigmoid(-location * inverse)) / inverse;
}

async function computed() {
  const rows = CASES.length;
  const [x, location, logScale] = ["x", "location", "logScale"].map((name) => input(name, [rows, 1])) as [
    ReturnType<typeof input>,
    ReturnType<typeof input>,
    ReturnType<typeof input>,
  ];
  const p = discretizedLogistic(location, logScale);
  const logProb = p.logProb(x);
  const [byLocation, byScale] = gradient(reduceSum(logProb), [location, logScale]);
  const outputs = { logProb, mean: p.mean, byLocation: byLocation!, byScale: byScale! };
  const session = await (await nodeRuntime()).createSession(emitModel({ outputs }));
  const column = (values: number[]) =>
    ({ type: "float32", shape: [rows, 1], data: Float32Array.from(values) }) as const;
  const results = Object.fromEntries(
    Object.entries(outputs).map(([name, { shape }]) => [
      name,
      { type: "float32", shape, data: new Float32Array(rows) } as const,
    ]),
  );
  const inputs = {
    x: column(CASES.map((each) => each.x)),
    location: column(CASES.map((each) => each.location)),
    logScale: column(CASES.map((each) => each.logScale)),
  };
  await session.bind(inputs, results).run();
  await session.dispose();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
}

describe("a discretised logistic of any width, in the engine's single precision", async () => {
  const { logProb, mean, byLocation, byScale } = (await computed()) as Record<string, Float32Array>;

  it.each(CASES.map((each, index) => ({ ...each, index })))(
    "x $x around $location, ln s $logScale",
    ({ index, ...at }) => {
      const exact = logProbability(at);
      expect(Math.abs(logProb![index]! - exact)).toBeLessThan(2e-5 * Math.max(1, Math.abs(exact)));
      expect(Math.abs(mean![index]! - confinedMean(at))).toBeLessThan(1e-4);
      const slope = (name: "location" | "logScale") => {
        const h = 1e-4;
        const moved = (by: number) => logProbability({ ...at, [name]: at[name] + by });
        return (moved(h) - moved(-h)) / (2 * h);
      };
      for (const [found, expected] of [
        [byLocation![index]!, slope("location")],
        [byScale![index]!, slope("logScale")],
      ] as const)
        expect(Math.abs(found - expected)).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected)));
    },
  );
});
