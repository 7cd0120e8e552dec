import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import { bernoulli } from "./bernoulli.ts";
import { categorical } from "./categorical.ts";
import { countOutputs, logInverseDispersionOf, logSoftplus } from "./counts.ts";
import type { CountDistribution, DistributionCore } from "./distribution.ts";
import { inside, logitsOf, type Marginals } from "./marginals.ts";
import type { MixedColumn } from "./mixed-column.ts";
import { drawMixed } from "./mixed-draws.ts";
import { negativeBinomial } from "./negative-binomial.ts";
import { normal } from "./normal.ts";
import { logScale } from "./scale.ts";

type Of<K extends MixedColumn["kind"]> = Extract<MixedColumn, { kind: K }>;

/** One likelihood for each column of a table. */
export interface MixedLikelihood {
  readonly type: "mixed";
  /** Empty before training. */
  readonly columns: readonly MixedColumn[];
}

/** Columns that share one distribution, and the decoder's outputs for them. */
interface Part {
  readonly positions: readonly number[];
  readonly outputs: number;
  readonly distribution: (scope: Scope, output: Tensor) => DistributionCore;
}

/** Logit of classes that a column does not have: its exponential is 0. */
const NO_CLASS = -1e9;

/** Units of the decoder's head. */
export function mixedHeadSize(columns: readonly MixedColumn[]): number {
  return columns.reduce((sum, column) => sum + (column.kind === "categorical" ? column.classes : 1), 0);
}

/**
 * Independent columns, each with its own likelihood.
 * @param output [...rows, {@link mixedHeadSize}]: reals, binaries, counts, then the logits of each categorical column
 */
export function mixed(scope: Scope, output: Tensor, { columns }: MixedLikelihood): CountDistribution {
  const { parts, outputs } = merged(partsOf(columns), columns, output);
  const each = parts.map((part, index) => part.distribution(scope, outputs[index]!));
  const order = parts.flatMap((part) => part.positions);
  const back = indices(order.map((_, position) => order.indexOf(position)));
  /** Reorders the concatenated parts into the order of the columns. */
  const assembled = (pieces: readonly Tensor[]) => {
    const last = pieces[0]!.shape.length - 1;
    return g.gather(g.concat(pieces, last), back, last);
  };
  const mean = assembled(each.map((part) => part.mean));
  const parameter = (name: string) =>
    assembled(
      each.map(({ mean: like, parameters }) =>
        parameters[name] ? g.expand(parameters[name], like.shape) : g.constant(0, like.shape),
      ),
    );
  const classes = Math.max(...columns.map((column) => (column.kind === "categorical" ? column.classes : 0)));
  const logits = (part: Part, p: DistributionCore) =>
    columns[part.positions[0]!]!.kind === "categorical"
      ? withClasses(p.parameters.logits!, classes)
      : g.constant(0, [...p.mean.shape.slice(0, -1), classes, p.mean.shape.at(-1)!]);
  const parameters = {
    mean,
    logVariance: parameter("logVariance"),
    logInverseDispersion: parameter("logInverseDispersion"),
    ...(classes > 0 && { logits: assembled(parts.map((part, index) => logits(part, each[index]!))) }),
  };
  return {
    logProb: (x, mask) =>
      parts
        .map((part, index) => {
          const own = (rows: Tensor) => g.gather(rows, indices(part.positions), rows.shape.length - 1);
          return each[index]!.logProb(own(x), mask && own(mask));
        })
        .reduce(g.add),
    mean,
    mode: assembled(each.map((part) => part.mode)),
    draw: (values, uniform) => drawMixed(columns, values, uniform),
    parameters,
  };
}

/** The head's outputs at which each column has its mean or its shares of classes, in the order of {@link mixed}. */
export function mixedOutputs(columns: readonly MixedColumn[], data: Marginals): Float64Array {
  const logits = logitsOf(data);
  const greatest = Math.max(
    1,
    ...columns.map((column) => (column.kind === "categorical" ? column.classes : 1)),
  );
  const shares = inside(data.classes(greatest), data.examples);
  const outputsAt = (position: number): number[] => {
    const column = columns[position]!;
    switch (column.kind) {
      case "real":
        return [(data.mean[position]! - column.center) / column.spread];
      case "binary":
        return [logits[position]!];
      case "count": {
        const { scale } = column;
        const mean = data.mean.subarray(position, position + 1);
        return [...countOutputs(mean, { librarySize: "none", scale }, data.examples)];
      }
      case "categorical":
        return Array.from({ length: column.classes }, (_, index) =>
          Math.log(shares[index * columns.length + position]!),
        );
    }
  };
  return Float64Array.from(partsOf(columns).flatMap(({ positions }) => positions.flatMap(outputsAt)));
}

function partsOf(columns: readonly MixedColumn[]): Part[] {
  const positionsOf = (kind: MixedColumn["kind"]) =>
    [...columns.keys()].filter((position) => columns[position]!.kind === kind);
  const group = <K extends MixedColumn["kind"]>(
    kind: K,
    distribution: (scope: Scope, output: Tensor, own: readonly Of<K>[]) => DistributionCore,
  ): Part => {
    const positions = positionsOf(kind);
    const own = positions.map((position) => columns[position] as Of<K>);
    return {
      positions,
      outputs: positions.length,
      distribution: (scope, output) => distribution(scope.child(kind), output, own),
    };
  };
  const groups = [
    group("real", reals),
    group("binary", (_, logits) => bernoulli(logits)),
    group("count", counts),
  ];
  const categories = positionsOf("categorical").map((position): Part => {
    const { classes } = columns[position] as Of<"categorical">;
    return {
      positions: [position],
      outputs: classes,
      distribution: (_, output) => categorical(g.reshape(output, [...output.shape.slice(0, -1), classes, 1])),
    };
  });
  return [...groups.filter(({ positions }) => positions.length > 0), ...categories];
}

/** From this many categorical columns on, those of as many classes are computed together: graphs grow with kinds only. */
const MANY_CATEGORICAL = 17;

/** The parts that are computed, and their outputs. @param parts in the order of their outputs */
function merged(
  parts: readonly Part[],
  columns: readonly MixedColumn[],
  output: Tensor,
): { parts: readonly Part[]; outputs: readonly Tensor[] } {
  const axis = output.shape.length - 1;
  const widths = parts.map((part) => part.outputs);
  const classesOf = ({ positions: [position] }: Part) => {
    const column = columns[position!]!;
    return column.kind === "categorical" ? column.classes : 0;
  };
  if (parts.filter((part) => classesOf(part) > 0).length < MANY_CATEGORICAL)
    return { parts, outputs: g.split(output, axis, widths) };
  const starts = widths.map((_, part) => widths.slice(0, part).reduce((sum, width) => sum + width, 0));
  const groups = new Map<number, number[]>();
  for (const [index, part] of parts.entries()) {
    // Other kinds have parts of their own.
    const key = classesOf(part) || -1 - index;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  const made = [...groups].map(([classes, members]): { part: Part; output: Tensor } => {
    const [first] = members as [number];
    if (classes < 0) {
      const start = starts[first]!;
      return { part: parts[first]!, output: g.slice(output, axis, start, start + widths[first]!) };
    }
    const places = Array.from({ length: classes }, (_, index) =>
      members.map((each) => starts[each]! + index),
    );
    const shape = [...output.shape.slice(0, -1), classes, members.length];
    return {
      part: {
        positions: members.flatMap((each) => parts[each]!.positions),
        outputs: classes * members.length,
        distribution: (_, logits) => categorical(g.reshape(logits, shape)),
      },
      output: g.gather(output, indices(places.flat()), axis),
    };
  });
  return { parts: made.map(({ part }) => part), outputs: made.map((each) => each.output) };
}

function reals(scope: Scope, output: Tensor, columns: readonly Of<"real">[]): DistributionCore {
  const spread = columns.map((column) => column.spread);
  const mean = g.add(g.constant(columns.map(({ center }) => center)), g.mul(output, g.constant(spread)));
  const relative = logScale(scope, "perDimension", columns.length, undefined);
  return normal(mean, g.mul(g.add(relative, g.constant(spread.map(Math.log))), 2));
}

function counts(scope: Scope, output: Tensor, columns: readonly Of<"count">[]): DistributionCore {
  const logMean = g.add(logSoftplus(output), g.constant(columns.map(({ scale }) => Math.log(scale))));
  return negativeBinomial(logMean, logInverseDispersionOf(scope, "perDimension", columns.length));
}

/** @param logits [...rows, classes, columns] @returns with more classes, which never occur */
function withClasses(logits: Tensor, classes: number): Tensor {
  const [own, width] = logits.shape.slice(-2) as [number, number];
  if (own === classes) return logits;
  const none = g.constant(NO_CLASS, [...logits.shape.slice(0, -2), classes - own, width]);
  return g.concat([logits, none], logits.shape.length - 2);
}

function indices(positions: readonly number[]): Tensor {
  return g.constant(positions, [positions.length], "int64");
}
