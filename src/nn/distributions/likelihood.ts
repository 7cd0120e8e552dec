import type { TitledSupport } from "../../common/support.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import type { CountDistribution, Distribution } from "./distribution.ts";
import type { EncoderInput, FitData, LikelihoodContext, LikelihoodRule } from "./likelihood-rule.ts";
import { likelihoodTable } from "./likelihood-table.ts";
import type { Marginals } from "./marginals.ts";

type Table = typeof likelihoodTable;
export type LikelihoodName = keyof Table;

/** The decoder's distribution, as data. */
export type Likelihood = ReturnType<Table[LikelihoodName]["make"]>;

/** The settings of one likelihood, without its type. */
export type SettingsOf<T extends LikelihoodName> = Parameters<Table[T]["make"]>[0];

export function ruleOf({ type }: { readonly type: LikelihoodName }): LikelihoodRule<Likelihood> {
  return likelihoodTable[type] as unknown as LikelihoodRule<Likelihood>;
}

export const LIKELIHOODS = Object.keys(likelihoodTable) as LikelihoodName[];

/** p(x|z) from the outputs of the decoder's head. @param output [...rows, {@link headSize}] */
export function likelihoodOf(
  scope: Scope,
  output: Tensor,
  likelihood: Likelihood,
  context: LikelihoodContext,
): Distribution | CountDistribution {
  return ruleOf(likelihood).distribution(scope, output, likelihood, context);
}

/** Number of outputs of the decoder's head for rows of `values` values. */
export function headSize(likelihood: Likelihood, values: number): number {
  return ruleOf(likelihood).headSize(likelihood, values);
}

/** The values that data may have, and the likelihood's name in messages about them. */
export function supportOf(likelihood: Likelihood): TitledSupport {
  const { title, support } = ruleOf(likelihood);
  return { title, ...support(likelihood) };
}

/** Whether ln p(x) is that of a density, so that it depends on the data's unit. */
export function isDensity(likelihood: Likelihood): boolean {
  return ruleOf(likelihood).measure === "density";
}

/** Descriptions of the distribution's named parameters, by name. */
export function parametersOf(likelihood: Likelihood): Readonly<Record<string, string>> {
  return ruleOf(likelihood).parameters;
}

/**
 * A likelihood with the values it takes from the training data (scale of counts, number of classes), unless they are
 * set.
 * @throws {ConfigError} when the data do not determine them
 */
export function fittedTo(likelihood: Likelihood, data: FitData): Likelihood {
  return ruleOf(likelihood).fit?.(likelihood, data) ?? likelihood;
}

/** Outputs of the decoder's head at which the mean of p(x|z) is that of the data: what its bias begins at. */
export function outputAtMean(likelihood: Likelihood, data: Marginals): Float64Array {
  return ruleOf(likelihood).outputAtMean(likelihood, data);
}

/** What parameters of p(x|z) beside the head begin at, by name. @param data of each value of a row */
export function learnedAtMean(
  likelihood: Likelihood,
  data: Marginals,
): Readonly<Record<string, Float64Array>> {
  return ruleOf(likelihood).learnedAtMean?.(likelihood, data) ?? {};
}

/** How the encoder's input is transformed under a likelihood; undefined: not at all. */
export function suitableInput(likelihood: Likelihood): EncoderInput | undefined {
  return ruleOf(likelihood).encoderInput?.(likelihood);
}
