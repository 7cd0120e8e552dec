import { type Dataset, exampleValues } from "../data/dataset.ts";
import { createKernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";
import type { ModelConfig } from "../models/config.ts";
import { priorOf, priorRule } from "../models/priors.ts";
import type { Weights } from "../models/weights.ts";
import { sliceView } from "../nn/parameters.ts";

/**
 * Initialises a prior's weights from the training data. The examples it takes are a function of the seed.
 * @throws {ConfigError} when there are too few of them
 */
export async function beginPrior(
  { layout, parameters }: Weights,
  model: ModelConfig,
  data: Dataset,
  seed: number,
): Promise<void> {
  const rule = priorRule(model);
  if (!rule.begin) return;
  const kernels = await createKernels({ bytes: 0 });
  const order = kernels.permutation(data.examples, { seed, stream: STREAMS.priorStart, step: 0 });
  const fill = model.missing?.fill ?? [0];
  const rows = (count: number) =>
    exampleValues(data, order.subarray(0, count)).map((value, i) =>
      Number.isNaN(value) ? fill[i % fill.length]! : value,
    );
  const begun = rule.begin(priorOf(model), { model, examples: data.examples, rows });
  for (const [name, values] of Object.entries(begun)) {
    const slice = layout.parameters.slices.find((each) => each.name === `prior.${name}`)!;
    sliceView(parameters, slice).set(values);
  }
}
