import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { positive, probability } from "../common/settings.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { supportOf } from "../nn/distributions/likelihood.ts";
import type { Trace } from "../nn/scope.ts";
import { type ChoiceInput, choiceField } from "./choice.ts";
import type { ModelParts } from "./parts.ts";
import { RuleTable, type TypedRule } from "./rule-table.ts";

/** A row of the table of corruptions: what training does to the values that the encoder is shown. */
interface CorruptionRule<Settings extends { readonly type: string } = { readonly type: string }>
  extends TypedRule {
  readonly settings: z.ZodType<Settings>;
  /** @param noise standard normal, of the shape of `x` */
  corrupt(settings: Settings, x: Tensor, noise: Tensor): Tensor;
}

const gaussianSettings = z.strictObject({ type: z.literal("gaussian"), sigma: positive.default(0.3) });
const maskSettings = z.strictObject({ type: z.literal("mask"), share: probability.default(0.25) });

const gaussian: CorruptionRule<z.output<typeof gaussianSettings>> = {
  type: "gaussian",
  settings: gaussianSettings,
  corrupt: ({ sigma }, x, noise) => g.add(x, g.mul(noise, sigma)),
};

const mask: CorruptionRule<z.output<typeof maskSettings>> = {
  type: "mask",
  settings: maskSettings,
  corrupt: ({ share }, x, noise) => {
    // Φ of a normal number is uniform.
    const uniform = g.mul(g.add(g.erf(g.mul(noise, Math.SQRT1_2)), 1), 0.5);
    return g.where(g.less(uniform, share), 0, x);
  },
};

const ROWS = [gaussian, mask] as const;

/** How the encoder's view of an example is corrupted in training, as data. */
export type Denoise = z.output<(typeof ROWS)[number]["settings"]>;

/** The same as a user writes it: `"mask:share=0.5"`. */
export type DenoiseInput = ChoiceInput<Denoise>;

export const corruptions = new RuleTable<CorruptionRule>(
  "corruption",
  ROWS as unknown as readonly CorruptionRule[],
);

export const denoiseField = choiceField<DenoiseInput>()(corruptions) as z.ZodType<Denoise, DenoiseInput>;

/**
 * What the encoder is shown of examples in training: with noise, or with values set to 0 (denoising autoencoders: Vincent
 * et al. 2008). The likelihood is of the examples as they are.
 * @throws {ConfigError} for data that the noise does not go with
 */
export function corrupted(trace: Trace, { likelihood }: ModelParts, denoise: Denoise, x: Tensor): Tensor {
  const { least, greatest } = supportOf(likelihood);
  const hasClasses = likelihood.type === "categorical" || likelihood.type === "mixed";
  const isHalfBounded = Number.isFinite(least) && !Number.isFinite(greatest);
  if (hasClasses || (denoise.type === "gaussian" && isHalfBounded))
    throw new ConfigError(
      `denoise is ${denoise.type} but likelihood ${likelihood.type} has ${hasClasses ? "classes, which have no noise or nothing between them" : "counts or values from 0, which normal noise makes negative: use denoise mask"}${hasClasses ? ": leave it out" : ""}`,
    );
  const noise = trace.scope("encoder").normalNoise("corruption", x.shape);
  return corruptions.of(denoise).corrupt(denoise, x, noise);
}
