import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import {
  confinedMean,
  likeliest,
  locationFrom,
  logisticLogProbability,
  logisticSample,
  logScaleFrom,
  meanAtFirst,
  nearestLevel,
} from "./discretized-logistic.ts";
import { type Distribution, sumObserved } from "./distribution.ts";
import { solveIncreasing } from "./marginals.ts";
import { headOutputs } from "./scale.ts";
import { logSumExp } from "./stable.ts";

/**
 * Independent variables on the 256 levels of 8-bit images, each a mixture of discretised logistics
 * (Salimans et al. 2017, section 2.1; colour channels do not condition each other here). The mode is the most likely of
 * black, white and the levels nearest to the components' locations.
 * @param logits of the components' weights, [...rows, components, values]
 * @param location of the components, for values in [0, 1], of that shape
 * @param logScale ln s of the components, of that shape
 */
export function discretizedLogisticMixture(logits: Tensor, location: Tensor, logScale: Tensor): Distribution {
  const axis = logits.shape.length - 2;
  const [components, values] = logits.shape.slice(-2) as [number, number];
  const shape = [...logits.shape.slice(0, axis), values];
  const weights = g.softmax(logits, axis);
  const componentsOf = (tensor: Tensor) =>
    g.split(tensor, axis, Array<number>(components).fill(1)).map((part) => g.reshape(part, shape));

  /** @param x [...rows, values] @returns ln P(x) of each value */
  const logProbability = (x: Tensor): Tensor => {
    const perComponent = g.reshape(x, [...x.shape.slice(0, -1), 1, values]);
    const joint = g.add(logits, logisticLogProbability(perComponent, location, logScale));
    return g.sub(logSumExp(joint, axis), logSumExp(logits, axis));
  };
  const edges = [g.constant(0, shape), g.constant(1, shape)];
  return {
    logProb: (x, mask) => sumObserved(logProbability(x), mask),
    mean: g.reduceSum(g.mul(weights, confinedMean(location, logScale)), [axis]),
    mode: likeliest([...edges, ...componentsOf(nearestLevel(location))], logProbability),
    noise: { distribution: "uniform", shape: [...shape.slice(0, -1), 2, values] },
    sample: (uniform) => {
      const [choice, height] = g.split(uniform, axis, [1, 1]).map((part) => g.reshape(part, shape)) as [
        Tensor,
        Tensor,
      ];
      const shares = componentsOf(weights);
      const [locations, spreads] = [componentsOf(location), componentsOf(logScale)];
      const chosen = (each: readonly Tensor[]) => chooseByShare(each, shares, choice);
      return logisticSample(chosen(locations), chosen(spreads), height);
    },
    parameters: { logits, location, logScale },
  };
}

/** The component whose interval of the cumulative weights contains a uniform number. */
function chooseByShare(components: readonly Tensor[], shares: readonly Tensor[], uniform: Tensor): Tensor {
  const [first, ...others] = components as [Tensor, ...Tensor[]];
  let chosen = first;
  let start = g.constant(0);
  for (const [index, component] of others.entries()) {
    start = g.add(start, shares[index]!);
    chosen = g.where(g.less(uniform, start), chosen, component);
  }
  return chosen;
}

/** Locations of components are moved by at most this from where they begin. */
const MOST_SHIFT = 5;

/** The raw location that gives a mixture of equal weights this mean, where all components have it. */
export function rawShiftOfMean(mean: number, components: number): number {
  const centres = centresOf(components);
  const meanAt = (shift: number) =>
    centres.reduce((sum, centre) => sum + meanAtFirst(centre + shift), 0) / components;
  return solveIncreasing(meanAt, mean, [-MOST_SHIFT, MOST_SHIFT]) / 0.5;
}

/** Spread evenly over [0, 1]. */
function centresOf(components: number): number[] {
  return Array.from({ length: components }, (_, index) => (index + 0.5) / components);
}

/**
 * Components begin with locations spread evenly over [0, 1].
 * @param output raw logits of all components, then their raw locations, then their raw ln s
 */
export function discretizedLogisticMixtureLikelihood(output: Tensor, components: number): Distribution {
  const parts = headOutputs(output, 3).map((part) =>
    g.reshape(part, [...part.shape.slice(0, -1), components, part.shape.at(-1)! / components]),
  );
  const [logits, rawLocation, rawScale] = parts as [Tensor, Tensor, Tensor];
  const centres = centresOf(components);
  const location = g.add(locationFrom(rawLocation, 0), g.constant(centres, [components, 1]));
  return discretizedLogisticMixture(logits, location, logScaleFrom(rawScale));
}
