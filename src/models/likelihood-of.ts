import { ConfigError } from "../common/errors.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import type { Likelihood, LikelihoodName } from "../nn/distributions/likelihood.ts";
import type { EncoderInput } from "./encoder-input.ts";
import { type Hyperparameters, hyperparameters as schema } from "./hyperparameters.ts";

const SETTINGS = [
  "sigma",
  "degreesOfFreedom",
  "logisticScale",
  "mixtures",
  "dispersion",
  "librarySize",
  "classes",
  "categories",
] as const;

/** Hyperparameters that shape a likelihood. */
type LikelihoodSetting = (typeof SETTINGS)[number];

/** How each likelihood is made of hyperparameters, and which of them it has a use for. */
const makers: {
  readonly [T in LikelihoodName]: {
    readonly uses: readonly LikelihoodSetting[];
    readonly make: (settings: Hyperparameters) => Extract<Likelihood, { type: T }>;
  };
} = {
  bernoulli: { uses: [], make: () => ({ type: "bernoulli" }) },
  "continuous-bernoulli": { uses: [], make: () => ({ type: "continuous-bernoulli" }) },
  gaussian: { uses: ["sigma"], make: ({ sigma }) => ({ type: "gaussian", scale: sigma }) },
  laplace: { uses: ["sigma"], make: ({ sigma }) => ({ type: "laplace", scale: sigma }) },
  "student-t": {
    uses: ["sigma", "degreesOfFreedom"],
    make: ({ sigma, degreesOfFreedom }) => {
      if (sigma === "calibrated")
        throw new ConfigError(
          "sigma is calibrated but likelihood student-t has no closed form for it: choose shared, perDimension or decoder",
        );
      return { type: "student-t", scale: sigma, degreesOfFreedom };
    },
  },
  "discretized-logistic": {
    uses: ["logisticScale"],
    make: ({ logisticScale }) => ({ type: "discretized-logistic", scale: logisticScale }),
  },
  "discretized-logistic-mixture": {
    uses: ["mixtures"],
    make: ({ mixtures }) => ({ type: "discretized-logistic-mixture", components: mixtures }),
  },
  poisson: {
    uses: ["librarySize"],
    make: ({ librarySize }) => ({ type: "poisson", librarySize: librarySizeOf(librarySize, "none") }),
  },
  "negative-binomial": {
    uses: ["librarySize", "dispersion"],
    make: ({ librarySize, dispersion }) => ({
      type: "negative-binomial",
      librarySize: librarySizeOf(librarySize, "none"),
      dispersion,
    }),
  },
  "zero-inflated-negative-binomial": {
    uses: ["librarySize", "dispersion"],
    make: ({ librarySize, dispersion }) => ({
      type: "zero-inflated-negative-binomial",
      librarySize: librarySizeOf(librarySize, "observed"),
      dispersion,
    }),
  },
  categorical: {
    uses: ["classes", "categories"],
    make: ({ classes, categories }) => ({
      type: "categorical",
      encoding: categories,
      ...(classes > 0 && { classes }),
    }),
  },
  mixed: { uses: [], make: () => ({ type: "mixed", columns: [] }) },
};

/**
 * The likelihood that hyperparameters describe.
 * @throws {ConfigError} when one of them has no effect on it
 */
export function likelihoodFrom(hyperparameters: Hyperparameters): Likelihood {
  const { likelihood } = hyperparameters;
  const { uses, make } = makers[likelihood];
  for (const setting of SETTINGS) {
    const value = hyperparameters[setting];
    if (uses.includes(setting) || value === schema.shape[setting].def.defaultValue) continue;
    const users = Object.entries(makers).flatMap(([name, maker]) =>
      maker.uses.includes(setting) ? [name] : [],
    );
    throw new ConfigError(
      `${setting} is ${value} but has no effect on likelihood ${likelihood}: leave it out, or choose likelihood ${users.join(" or ")}`,
    );
  }
  return make(hyperparameters);
}

function librarySizeOf(setting: Hyperparameters["librarySize"], otherwise: "none" | "observed") {
  return setting === "auto" ? otherwise : setting;
}

/** What the encoder is given under a likelihood, where it is not the values themselves. */
export function encoderInputFor(
  likelihood: Likelihood,
  { encoderInput }: Hyperparameters,
): EncoderInput | undefined {
  if (encoderInput === "values") return undefined;
  if (likelihood.type === "categorical") return likelihood.encoding === "index" ? "indicators" : undefined;
  if (likelihood.type === "mixed") return "columns";
  return isOfCounts(likelihood) ? "log1p" : undefined;
}
