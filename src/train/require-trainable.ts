import type { Dataset } from "../data/dataset.ts";
import { requireProbabilities, requireSupport } from "../data/support.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import { type Likelihood, supportOf } from "../nn/distributions/likelihood.ts";

/**
 * Makes sure that data can be what a model is trained or judged on.
 * @param options.mayMiss whether values may be missing: in training, or where the model was trained on such
 * @throws {DataError} for values that the likelihood cannot give, or that cannot be binarised where they are to be
 */
export function requireTrainable(
  data: Dataset,
  likelihood: Likelihood,
  { binarize }: Pick<Hyperparameters, "binarize">,
  { mayMiss }: { readonly mayMiss: boolean },
): void {
  requireSupport(data, supportOf(likelihood), { mayMiss });
  if (binarize !== "never") requireProbabilities(data);
}
