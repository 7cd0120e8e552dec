import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { parseSettings, positiveInteger } from "../common/settings.ts";
import { spread } from "../data/dataset.ts";
import { EvaluationNoise } from "../evaluate/noise.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import { settingsOfText } from "../models/choice.ts";
import { drawFromMixture, fitGaussianMixture } from "../numerics/gaussian-mixture.ts";
import type { DecodedRows, ModelUnits } from "../vae/state.ts";
import { openRunSplits, type TrainedRun } from "./open.ts";

const settings = z.strictObject({
  type: z.literal("gmm", { error: "gmm, or with components as in gmm:components=20" }),
  components: positiveInteger.default(10),
});

/** Most training examples whose codes a distribution is fitted to. */
const MOST_CODES = 10_000;

/**
 * Decodes draws from a Gaussian mixture that is fitted to the codes of training examples (Ghosh et al. 2020, section 4):
 * for plain autoencoders too, which have no prior. The codes are posterior means.
 * @param from `gmm`, or `gmm:components=20`
 * @returns [n, values], row-major
 * @throws {ConfigError} for another text, or a model with a condition
 * @throws {DataError} when the training data cannot be read or are too few
 */
export async function sampleFromCodes(
  run: TrainedRun,
  n: number,
  { from, seed, ...work }: { readonly from: string; readonly seed: number } & LongWork & Partial<ModelUnits>,
): Promise<DecodedRows> {
  const { components } = parseSettings(settings, settingsOfText(from), "from.");
  const { vae } = run;
  if (vae.model.condition)
    throw new ConfigError(
      "from was given but the model is conditioned on labels, which a mixture of codes does not know: sample with --given instead",
    );
  const { train } = await openRunSplits(run);
  const { mean } = await vae.encode(spread(train, MOST_CODES));
  const noise = await EvaluationNoise.create();
  const uniform = noise.source({ seed, stream: "prior" });
  const mixture = fitGaussianMixture(mean, vae.model.latent, components, uniform);
  // Box & Muller (1958).
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return vae.decode(drawFromMixture(mixture, n, { uniform, normal }), work);
}
