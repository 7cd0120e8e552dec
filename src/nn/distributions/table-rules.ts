import { type CategoricalLikelihood, categoricalLikelihood, categoricalSupport } from "./categorical.ts";
import type { LikelihoodRules } from "./likelihood-rule.ts";
import { type MixedLikelihood, mixed, mixedHeadSize } from "./mixed.ts";
import { REAL_NUMBERS } from "./support.ts";

/** Likelihoods of classes, and of columns that differ. */
export const tableRules: LikelihoodRules<CategoricalLikelihood | MixedLikelihood> = {
  categorical: {
    title: "a categorical likelihood",
    support: categoricalSupport,
    measure: "probability",
    headSize: ({ encoding, classes = 1 }, values) => (encoding === "index" ? classes * values : values),
    parameters: {
      logits:
        "of the classes, softmax over them: [batch, classes, values] for class indices, [batch, values] for indicators",
    },
    distribution: (_, output, likelihood) => categoricalLikelihood(output, likelihood),
  },
  mixed: {
    title: "a mixed likelihood",
    support: ({ columns }) => ({ ...REAL_NUMBERS, columns }),
    measure: "both",
    headSize: ({ columns }) => mixedHeadSize(columns),
    parameters: {
      logVariance: "ln σ² of each value in real columns; 0 in others",
      logInverseDispersion: "ln θ of each value in count columns; 0 in others",
      logits:
        "of the classes in categorical columns, [batch, classes, values]: softmax over axis 1; 0 in others",
    },
    distribution: (scope, output, likelihood) => mixed(scope, output, likelihood),
  },
};
