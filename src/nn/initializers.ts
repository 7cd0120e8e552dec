/** The initial distribution of a parameter, as data: drawing needs a seed, which a graph does not have. */
export type Initializer =
  | { readonly distribution: "constant"; readonly value: number }
  | { readonly distribution: "normal"; readonly standardDeviation: number }
  /** Uniform on (−limit, limit). */
  | { readonly distribution: "uniform"; readonly limit: number };

export const zeros: Initializer = { distribution: "constant", value: 0 };
export const ones: Initializer = { distribution: "constant", value: 1 };

export const INITIALIZATIONS = ["he", "glorot"] as const;
export type Initialization = (typeof INITIALIZATIONS)[number];

/**
 * Initial weights of a layer, from its fan-in and fan-out.
 * `he`: normal with standard deviation √(2/fanIn) (He et al. 2015, eq. 10);
 * `glorot`: uniform within ±√(6/(fanIn + fanOut)) (Glorot & Bengio 2010, eq. 16).
 */
export function initialWeights(initialization: Initialization, fanIn: number, fanOut: number): Initializer {
  return initialization === "he"
    ? { distribution: "normal", standardDeviation: Math.sqrt(2 / fanIn) }
    : { distribution: "uniform", limit: Math.sqrt(6 / (fanIn + fanOut)) };
}
