import type * as z from "zod";
import type { Dataset } from "../../data/dataset.ts";
import type { ModelConfig } from "../../models/config.ts";
import type { TypedRule } from "../../models/rule-table.ts";
import type { TrainedRun } from "../open.ts";
import type { Watch } from "../watch.ts";

/** What a sampler draws with. */
export interface Sampling {
  readonly run: TrainedRun;
  readonly seed: number;
  readonly watch: Watch;
  /** Some training examples, at most so many. */
  examples(most: number): Promise<Dataset>;
}

/** A row of the table of samplers: a distribution of codes that is fitted after training. */
export interface SamplerRule<Settings extends { readonly type: string } = { readonly type: string }>
  extends TypedRule {
  readonly type: Settings["type"];
  readonly settings: z.ZodType<Settings>;
  /** As in `draws from …`. */
  readonly title: string;
  /** Why it does not go with a model, as the end of a sentence; undefined where it does. */
  refusal(model: ModelConfig): string | undefined;
  /** @returns latent points, [n, latent], row-major */
  points(settings: Settings, n: number, sampling: Sampling): Promise<Float32Array>;
}
