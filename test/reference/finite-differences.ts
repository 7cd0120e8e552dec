import { input } from "../../src/graph/build.ts";
import { gradient } from "../../src/graph/gradient.ts";
import { type ElementType, type Shape, sizeOf, type Tensor } from "../../src/graph/node.ts";
import { simplify } from "../../src/graph/rewrite.ts";
import { type Feeds, interpret } from "./interpret.ts";
import { signed, uniform } from "./random.ts";

export interface CheckedInput {
  readonly shape: Shape;
  /** Row-major; by default random, of either sign, with magnitudes in [0.1, 2). */
  readonly values?: readonly number[];
  /** Only float32 inputs are differentiated. */
  readonly type?: ElementType;
}

interface CheckOptions {
  readonly seed?: number;
  /** Largest relative error allowed. */
  readonly tolerance?: number;
  /** Length of a step, relative to the values where they exceed 1. */
  readonly step?: number;
  /** Up to this many elements, every partial derivative is checked; beyond it, this many chosen at random. */
  readonly coordinates?: number;
}

const DIRECTIONS = 2;

/**
 * Differences below this share of the loss (or of 1, if that is more) count as zero: a central difference cannot
 * resolve a derivative better than ε·|loss|/step, about 2e-11 of the loss.
 */
const FLOOR = 1e-4;

/**
 * Compares the gradient graph of a scalar with central differences of the scalar, both computed in float64; once as
 * {@link gradient} made it, once after {@link simplify}.
 * @returns the worst relative error: the largest difference over the largest component of the gradient
 * @throws {Error} naming the derivative that is off by more than the tolerance
 */
export function checkGradient(
  build: (inputs: Tensor[]) => Tensor,
  inputs: readonly CheckedInput[],
  options: CheckOptions = {},
): number {
  const tensors = inputs.map(({ shape, type }, index) => input(`x${index}`, shape, type));
  const feeds = Object.fromEntries(
    inputs.map(({ shape, values }, index) => {
      const seed = (options.seed ?? 1) * 1000 + index;
      return [`x${index}`, values ?? signed(sizeOf(shape), seed)];
    }),
  );
  return checkLoss(
    build(tensors),
    tensors.filter(({ type }) => type === "float32"),
    feeds,
    options,
  );
}

/**
 * {@link checkGradient} for a loss that is already built.
 * @param variables inputs of the graph
 */
export function checkLoss(
  loss: Tensor,
  variables: readonly Tensor[],
  feeds: Feeds,
  { seed = 1, tolerance = 1e-5, step = 1e-5, coordinates = 48 }: CheckOptions = {},
): number {
  const derivatives = gradient(loss, variables);
  const { outputs } = simplify({ outputs: Object.fromEntries([loss, ...derivatives].entries()) });
  const simplified = variables.map((_, index) => outputs[index + 1]!);
  const [value] = interpret([loss], feeds)[0]!;
  const floor = FLOOR * Math.max(1, Math.abs(value!));

  const graphs = { original: interpret(derivatives, feeds), simplified: interpret(simplified, feeds) };
  let worst = 0;
  variables.forEach((variable, index) => {
    const name = nameOf(variable);
    const point = Float64Array.from(feeds[name]!);
    const lossAt = (moved: Float64Array) => interpret([loss], { ...feeds, [name]: moved })[0]![0]!;
    for (const direction of directions(point.length, coordinates, uniform(seed + index))) {
      const slope = centralDifference(lossAt, point, direction, step);
      for (const [graph, gradients] of Object.entries(graphs)) {
        const found = dot(gradients[index]!, direction);
        const scale = Math.max(Math.abs(slope), largest(gradients[index]!), floor);
        const error = Math.abs(found - slope) / scale;
        if (!(error <= tolerance))
          throw new Error(
            `the ${graph} gradient by ${name} of shape [${variable.shape}] has the component ${found} ` +
              `where differences give ${slope} (relative error ${error}) along ${describe(direction)}`,
          );
        worst = Math.max(worst, error);
      }
    }
  });
  return worst;
}

function nameOf(variable: Tensor): string {
  if (variable.operator !== "Input")
    throw new Error(`${variable.operator} is not an input: it cannot be fed`);
  return variable.attributes.name;
}

function* directions(size: number, coordinates: number, next: () => number): Generator<Float64Array> {
  for (let i = 0; i < Math.min(size, coordinates); i++) {
    const axis = new Float64Array(size);
    axis[size <= coordinates ? i : Math.floor(next() * size)] = 1;
    yield axis;
  }
  for (let i = 0; i < DIRECTIONS; i++) {
    const signs = Float64Array.from({ length: size }, () => (next() < 0.5 ? -1 : 1));
    yield signs.map((sign) => sign / Math.sqrt(size));
  }
}

function centralDifference(
  f: (x: Float64Array) => number,
  point: Float64Array,
  direction: Float64Array,
  step: number,
): number {
  const along = direction.map((component, i) => (component === 0 ? 0 : point[i]!));
  const h = step * Math.max(1, largest(along));
  const ahead = point.map((x, i) => x + h * direction[i]!);
  const behind = point.map((x, i) => x - h * direction[i]!);
  return (f(ahead) - f(behind)) / (2 * h);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** NaN if any value is. */
function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function describe(direction: Float64Array): string {
  const index = direction.indexOf(1);
  return index < 0 || direction.length === 1 ? "a random direction" : `element ${index}`;
}
