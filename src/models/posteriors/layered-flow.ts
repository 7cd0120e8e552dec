import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { type Moved, type MovedNormalParameters, movedNormal } from "../flows/moved-normal.ts";
import type { PosteriorRule } from "../latent.ts";
import { boundedFactor, boundedLogVariance, boundedMean } from "./bounds.ts";

/** One kind of invertible layer, whose numbers the encoder gives for each example. */
interface FlowLayer<T extends string> {
  readonly type: T;
  /** Of the whole posterior. */
  readonly title: string;
  /** What the numbers of a layer are. */
  readonly numbers: string;
  /** How many there are. */
  readonly width: (latent: number) => number;
  /**
   * @param point [rows, latent]
   * @param own the layer's numbers, [rows, width]
   * @returns where the points go, and ln |det| of the layer's Jacobian there, [rows, 1]
   */
  readonly move: (point: Tensor, own: Tensor) => Moved;
}

const settingsOf = <T extends string>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    /** Layers. */
    steps: positiveInteger.default(4),
  });

/** A diagonal normal through layers of one kind (Rezende & Mohamed 2015). */
export function layeredFlow<T extends string>({
  type,
  title,
  numbers,
  width,
  move,
}: FlowLayer<T>): PosteriorRule<z.output<ReturnType<typeof settingsOf<T>>>> {
  /** @param layers [rows, steps·width] */
  const through = (begin: Tensor, layers: Tensor, steps: number): Moved => {
    const [rows, latent] = begin.shape as [number, number];
    let [point, logDeterminant]: Tensor[] = [begin, g.constant(0, [rows])];
    for (let step = 0; step < steps; step++) {
      const own = g.slice(layers, 1, step * width(latent), (step + 1) * width(latent));
      const moved = move(point!, own);
      point = moved.point;
      logDeterminant = g.add(logDeterminant!, g.reshape(moved.logDeterminant, [rows]));
    }
    return { point: point!, logDeterminant: logDeterminant! };
  };
  return {
    type,
    title,
    settings: settingsOf(type),
    hasDensity: true,
    isDiagonalNormal: false,
    parameters: {
      mean: "Where the layers move the center",
      center: "Mean of the normal distribution that the layers move",
      baseLogVariance: "Natural logarithm of its variance, for each latent dimension",
      layers: `Of each layer, one after the other: ${numbers}`,
    },
    units: ({ steps }, latent) => 2 * latent + steps * width(latent),
    split: ({ steps }, output, { latent }) => {
      const parts = g.split(output, 1, [latent, latent, steps * width(latent)]) as [Tensor, Tensor, Tensor];
      const center = boundedMean(parts[0]);
      const baseLogVariance = boundedLogVariance(parts[1]);
      const layers = boundedFactor(parts[2]);
      return { mean: through(center, layers, steps).point, center, baseLogVariance, layers };
    },
    posterior: ({ steps }, given) => {
      const parameters = given as MovedNormalParameters & { readonly layers: Tensor };
      return movedNormal(parameters, (begin, each) => through(begin, each(parameters.layers), steps));
    },
  };
}
