import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import { spread } from "../data/dataset.ts";
import type { Given } from "../evaluate/given.ts";
import { type ChoiceInput, choiceField } from "../models/choice.ts";
import { codesOf } from "../models/code-prior.ts";
import { RuleTable } from "../models/rule-table.ts";
import type { PriorSampling } from "../vae/sampling.ts";
import type { DecodedRows, ModelUnits } from "../vae/state.ts";
import { openRunSplits, type TrainedRun } from "./open.ts";
import { autoregressive } from "./samplers/autoregressive.ts";
import { flow } from "./samplers/flow.ts";
import { gmm } from "./samplers/gmm.ts";
import type { SamplerRule } from "./samplers/sampler.ts";
import { twoStage } from "./samplers/two-stage.ts";
import { vamp } from "./samplers/vamp.ts";
import type { Watch } from "./watch.ts";

/** Every distribution of codes that is fitted after training. A new one is a file in `samplers/` and a row here. */
const ROWS = [gmm, flow, vamp, twoStage, autoregressive] as const;

const samplers = new RuleTable<SamplerRule>("sampler", ROWS as unknown as readonly SamplerRule[]);
const fromField = choiceField<ChoiceInput<{ type: string }>>()(samplers);

/** Names of the samplers, the prior first. */
export const SAMPLERS: readonly string[] = ["prior", ...samplers.types];

interface DrawingSamples extends Partial<PriorSampling>, Partial<ModelUnits> {
  /** The sampler, as in `gmm:components=20`; default: the prior, of codes one that is fitted to them. */
  readonly from?: string | undefined;
  readonly given?: Given | undefined;
  /** Data in place of the run's, for samplers that are fitted: built-in name or path. */
  readonly data?: string | undefined;
  readonly watch: Watch;
}

/**
 * Draws samples of a run: from its prior, or from a distribution that is fitted to the codes of training examples.
 * @returns [n, values], row-major
 * @throws {ConfigError} for a sampler that does not go with the model, or options that it does not take
 * @throws {DataError} when the training data cannot be read or are too few
 */
export async function drawSamples(
  run: TrainedRun,
  n: number,
  options: DrawingSamples & ModelUnits,
): Promise<Float32Array>;
export async function drawSamples(run: TrainedRun, n: number, options: DrawingSamples): Promise<DecodedRows>;
export async function drawSamples(
  run: TrainedRun,
  n: number,
  { from, data, watch, units, ...options }: DrawingSamples,
): Promise<DecodedRows> {
  const { vae } = run;
  const inUnits = units ? { units } : {};
  const wanted = from ?? (codesOf(vae.model) && !vae.model.condition ? "autoregressive" : "prior");
  if (wanted === "prior")
    return watch("samples", "samples", (work) => {
      const { given, ...prior } = options;
      return vae.sample(n, { ...prior, ...(given && { given }), ...work, ...inUnits });
    });
  const { seed = 0, temperature = 1, values = "mean", given } = options;
  const chosen = parseSettings(fromField, wanted, "from");
  const rule = samplers.of(chosen);
  if (vae.model.condition)
    throw new ConfigError(
      `from is ${rule.type} but the model is conditioned on labels, which a distribution of all codes does not know: sample with --given instead`,
    );
  const refusal = rule.refusal(vae.model);
  if (refusal) throw new ConfigError(`from is ${rule.type} but ${refusal}`);
  if (temperature !== 1 || values !== "mean" || given)
    throw new ConfigError(
      `samples are means of draws from ${rule.title}: leave out --temperature, --values and --given`,
    );
  const points = await rule.points(chosen, n, {
    run,
    seed,
    watch,
    examples: async (most) => spread((await openRunSplits(run, data)).train, most),
  });
  return watch("samples", "samples", (work) => vae.decode(points, { ...work, ...inUnits }));
}
