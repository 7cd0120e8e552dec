import { ConfigError } from "../common/errors.ts";
import { type Shape, type Tensor, topologicalOrder } from "../graph/node.ts";
import { shapeText } from "../graph/operators.ts";
import type { ModelGraph } from "./model.ts";
import {
  type Dimension,
  isFixed,
  lengthAttributes,
  type SymbolicGraph,
  type SymbolicTensor,
} from "./symbolic.ts";

/** Primes that are unlikely as a layer's width. */
const FIRST = 1009;
const SECOND = 1013;

/**
 * Builds a graph for two batch sizes and finds what depends on them. With a length of a·batch + b, both sizes
 * agree on a multiple only if b is 0, so a wrong generalization cannot slip through.
 * @throws {ConfigError} when the graphs differ in more than lengths that are multiples of the batch size
 */
export function traceFreeBatch(build: (batch: number) => ModelGraph): SymbolicGraph {
  const [first, second] = [build(FIRST), build(SECOND)];
  const [firstNodes, secondNodes] = [modelNodes(first), modelNodes(second)];
  if (firstNodes.length !== secondNodes.length)
    throw new ConfigError(
      `for batches of ${FIRST} and ${SECOND}, the graph has ${firstNodes.length} and ${secondNodes.length} nodes; ` +
        "a free batch needs the same nodes for every size",
    );

  const partners = new Map<Tensor, Tensor>();
  const merged = new Map<Tensor, SymbolicTensor>();
  for (const [index, a] of firstNodes.entries()) {
    const b = secondNodes[index]!;
    const difference = differenceOf(a, b, partners);
    if (difference)
      throw new ConfigError(
        `for batches of ${FIRST} and ${SECOND}, ${difference}; a free batch needs the same nodes for every size`,
      );
    partners.set(a, b);
    const inputs = a.inputs.map((input) => merged.get(input)!);
    merged.set(a, mergeNodes(a, b, inputs));
  }

  for (const [name, tensor] of Object.entries(first.outputs))
    if (second.outputs[name] !== partners.get(tensor))
      throw new ConfigError(`output ${name} is not the same node for every batch size; name outputs alike`);
  const nodes = [...merged.values()];
  if (nodes.every(({ operator, shape }) => operator !== "Input" || isFixed(shape)))
    throw new ConfigError(
      "no input has a length that depends on the batch size; a free batch comes with an input",
    );
  const outputs = Object.entries(first.outputs).map(([name, tensor]) => [name, merged.get(tensor)!] as const);
  return {
    nodes,
    outputs: Object.fromEntries(outputs),
    inputs: first.inputs?.map((tensor) => merged.get(tensor)!),
  };
}

/** All nodes of a model: those its outputs depend on, and unused declared inputs. */
export function modelNodes(graph: ModelGraph): Tensor[] {
  return topologicalOrder([...(graph.inputs ?? []), ...Object.values(graph.outputs)]);
}

function differenceOf(a: Tensor, b: Tensor, partners: ReadonlyMap<Tensor, Tensor>): string | undefined {
  if (a.operator !== b.operator) return `a node is ${a.operator} and ${b.operator}`;
  if (a.type !== b.type) return `a result of ${a.operator} is ${a.type} and ${b.type}`;
  if (a.shape.length !== b.shape.length)
    return `a result of ${a.operator} has the shapes ${shapeText(a.shape)} and ${shapeText(b.shape)}`;
  const alike = a.inputs.every((input, position) => partners.get(input) === b.inputs[position]);
  if (!alike || a.inputs.length !== b.inputs.length) return `${a.operator} reads different nodes`;
  return undefined;
}

function mergeNodes(a: Tensor, b: Tensor, inputs: readonly SymbolicTensor[]): SymbolicTensor {
  const others = new Map(Object.entries<unknown>({ ...b.attributes }));
  const attributes = Object.entries<unknown>({ ...a.attributes }).map(([name, value]) => {
    const place = `attribute ${name} of ${a.operator}`;
    return [name, mergeAttribute(name, value, others.get(name), place)];
  });
  return {
    operator: a.operator,
    attributes: Object.fromEntries(attributes),
    inputs,
    shape: mergeShapes(a.shape, b.shape, `the shape of ${a.operator}`),
    type: a.type,
  } as SymbolicTensor;
}

function mergeAttribute(name: string, a: unknown, b: unknown, place: string): unknown {
  if (name === "shape") return mergeShapes(a as Shape, b as Shape, place);
  if (lengthAttributes.some((length) => length === name))
    return mergeDimensions(a as number, b as number, place);
  if (sameValue(a, b)) return a;
  throw new ConfigError(
    `${place} depends on the batch size; a free batch allows only lengths to depend on it`,
  );
}

function mergeShapes(a: Shape, b: Shape, place: string): Dimension[] {
  return a.map((dimension, axis) => mergeDimensions(dimension, b[axis]!, place));
}

function mergeDimensions(a: number, b: number, place: string): Dimension {
  if (a === b) return a;
  const multiple = a / FIRST;
  if (Number.isInteger(multiple) && b === multiple * SECOND) return { multiple };
  throw new ConfigError(
    `for batches of ${FIRST} and ${SECOND}, ${place} has the lengths ${a} and ${b}; ` +
      "a free batch needs lengths that are fixed or multiples of the batch size",
  );
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
  return Object.is(a, b);
}
