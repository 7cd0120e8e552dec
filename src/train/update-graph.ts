/**
 * The optimizer as part of a training graph, for accelerators: parameters and moments go from one step to the next
 * without leaving their memory. The same formulas as the kernels' (src/kernels/assembly), whose sources stand there.
 */
import { add, div, greater, input, max, min, mul, reduceSum, sqrt, sub, where } from "../graph/build.ts";
import type { Graph, Tensor } from "../graph/node.ts";
import { simplify } from "../graph/rewrite.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { ParameterLayout } from "../nn/parameters.ts";
import type { TrainingGraph } from "./training-graph.ts";

/** Names of a parameter's moment among inputs, and of what a step makes of parameters and moments among outputs. */
export const momentName = (moment: number, name: string) => `moment${moment}/${name}`;
export const updatedName = (name: string) => `updated/${name}`;

const BETA1 = Math.fround(0.9);
const BETA2 = Math.fround(0.999);

/** Scalar inputs of the update, by name. */
interface UpdateScalars {
  readonly [name: `update/${string}`]: number;
}

/** @param iteration counted from 1 */
export function updateScalars(
  { optimizer }: Hyperparameters,
  iteration: number,
  learningRate: number,
): UpdateScalars {
  if (optimizer.type === "sgd") return { "update/stepSize": learningRate };
  const rootCorrection = Math.sqrt(1 - BETA2 ** iteration);
  return {
    "update/stepSize": (learningRate * rootCorrection) / (1 - BETA1 ** iteration),
    "update/epsilon": optimizer.epsilon * rootCorrection,
    ...(optimizer.type === "adamw" && { "update/retained": 1 - learningRate * optimizer.weightDecay }),
  };
}

/**
 * A training graph that ends in the next parameters and moments instead of gradients.
 * @returns outputs: the losses and `next/NAME` of the states as before; `updated/NAME` of each parameter and
 *   `updated/momentN/NAME` of each moment
 */
export function updateGraph(
  { graph }: TrainingGraph,
  { slices, decayLength }: ParameterLayout,
  hyperparameters: Hyperparameters,
): Graph {
  const { batchSize, clipNorm, clipValue, l2 } = hyperparameters;
  const outputs = { ...graph.outputs };
  const means = slices.map(({ name }) => {
    const gradient = outputs[`gradient/${name}`]!;
    delete outputs[`gradient/${name}`];
    return mul(gradient, 1 / batchSize);
  });
  const scale = clipNorm > 0 ? normScale(means, clipNorm) : undefined;
  for (const [index, { name, shape, offset }] of slices.entries()) {
    const theta = input(name, shape);
    const clipped = scale ? mul(means[index]!, scale) : min(max(means[index]!, -clipValue), clipValue);
    const decays = offset < decayLength;
    const g = decays && l2 > 0 ? add(clipped, mul(theta, l2)) : clipped;
    const moments = [0, 1].map((moment) => input(momentName(moment, name), shape));
    const next = hyperparameters.optimizer.type === "sgd" ? sgd : adam;
    const { parameter, moments: after } = next(theta, g, moments, hyperparameters, decays);
    outputs[updatedName(name)] = parameter;
    for (const [moment, value] of after.entries()) outputs[updatedName(momentName(moment, name))] = value;
  }
  return simplify({ outputs });
}

/** So that the norm of all gradients together is at most `clipNorm`. */
function normScale(gradients: readonly Tensor[], clipNorm: number): Tensor {
  const squares = gradients.map((gradient) => reduceSum(mul(gradient, gradient)));
  const norm = sqrt(squares.reduce((sum, each) => add(sum, each)));
  return where(greater(norm, clipNorm), div(clipNorm, norm), 1);
}

type Update = (
  theta: Tensor,
  gradient: Tensor,
  moments: readonly Tensor[],
  hyperparameters: Hyperparameters,
  decays: boolean,
) => { readonly parameter: Tensor; readonly moments: readonly Tensor[] };

const adam: Update = (theta, g, [first, second], { optimizer }, decays) => {
  const m = add(mul(first!, BETA1), mul(g, 1 - BETA1));
  const v = add(mul(second!, BETA2), mul(mul(g, g), 1 - BETA2));
  const direction = div(m, add(sqrt(v), input("update/epsilon", [])));
  const kept = optimizer.type === "adamw" && decays ? mul(theta, input("update/retained", [])) : theta;
  return { parameter: sub(kept, mul(direction, input("update/stepSize", []))), moments: [m, v] };
};

const sgd: Update = (theta, g, [velocity], { optimizer }) => {
  const { momentum } = optimizer as Extract<typeof optimizer, { type: "sgd" }>;
  const v = add(mul(velocity!, momentum), g);
  return { parameter: sub(theta, mul(v, input("update/stepSize", []))), moments: [v] };
};
