import { input } from "../graph/build.ts";
import { type OperatorName, type Shape, sizeOf, type Tensor, topologicalOrder } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { decode, encode } from "../models/networks.ts";
import { hasPoints } from "../models/posteriors.ts";
import { Trace } from "../nn/scope.ts";

/** One operation of a {@link Program}: plain data, so that it can be stored. */
export interface ProgramNode {
  readonly operator: OperatorName;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Positions of the operands among the nodes. */
  readonly inputs: readonly number[];
  readonly shape: Shape;
}

/** A graph of one example as a list, operands before their users. */
export interface Program {
  readonly nodes: readonly ProgramNode[];
  /** Positions of the results, by name. */
  readonly outputs: Readonly<Record<string, number>>;
}

/** From `z` [latent] to `mean` [values], the mean of p(x|z). Other inputs are the model's tensors, by name. */
export function decoderProgram(model: ModelConfig): Program {
  const trace = new Trace({ training: false });
  return programOf({ mean: decode(trace, model, input("z", [1, model.latent])).mean });
}

/** From `x` [values] to `mean` of q(z|x) and, where the posterior is normal, its `logVariance`, [latent] each. */
export function encoderProgram(model: ModelConfig): Program {
  const trace = new Trace({ training: false });
  const observed = { x: input("x", [1, sizeOf(model.inputShape)]) };
  const { mean, logVariance } = encode(trace, model, observed);
  return programOf({ mean, ...(logVariance && !hasPoints(model) && { logVariance }) });
}

function programOf(results: Readonly<Record<string, Tensor>>): Program {
  const order = topologicalOrder(Object.values(results));
  const position = new Map(order.map((node, index) => [node, index] as const));
  return {
    nodes: order.map(({ operator, attributes, inputs, shape }) => ({
      operator,
      attributes: attributes as Record<string, unknown>,
      inputs: inputs.map((each) => position.get(each)!),
      shape,
    })),
    outputs: Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, position.get(tensor)!]),
    ),
  };
}

/** Names of the tensors that a program reads, beside the given inputs. */
export function tensorsOf(program: Program, inputs: readonly string[]): string[] {
  return program.nodes.flatMap(({ operator, attributes }) =>
    operator === "Input" && !inputs.includes(String(attributes.name)) ? [String(attributes.name)] : [],
  );
}
