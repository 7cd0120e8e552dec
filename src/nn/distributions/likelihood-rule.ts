import type * as z from "zod";
import type { Fields } from "../../common/exhaustive.ts";
import type { Support } from "../../common/support.ts";
import type { Shape, Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import type { CountDistribution, Distribution } from "./distribution.ts";

/** What a likelihood may know beside the decoder's output. */
export interface LikelihoodContext {
  /** Of one example. */
  readonly inputShape: Shape;
  /** The rows whose likelihood is asked for, [...rows, values]; absent where only z is known. */
  readonly observed?: Tensor | undefined;
}

/** What a likelihood may take from the training data. Values are scaled. */
export interface FitData {
  /** Values of a row. */
  readonly width: number;
  /** Least and greatest value. */
  readonly range: readonly [number, number];
  /** What each column of a table is; absent: all values are of one kind. */
  readonly columns?: Support["columns"];
  /** Mean and spread of each value of a row, over the rows. The spread is above 0. */
  columnMoments(): { readonly mean: Float64Array; readonly spread: Float64Array };
  /** The sum of each row. */
  rowSums(): Float64Array;
}

/**
 * What the encoder is given of a row, where it is not the values themselves.
 *
 * - `log1p`: ln(1 + x) of each count, whose magnitudes are otherwise too far apart (as scVI has it: Lopez et al. 2018).
 * - `columns`: of a table, whatever suits each column: standardised reals, ln(1 + x) of counts, indicators of classes.
 * - `indicators`: 1 for the class of each value and 0 for all others, of class indices, whose size means nothing.
 */
export type EncoderInput = "log1p" | "indicators" | "columns";

/** One schema with a default for each setting of a likelihood. */
export type SettingSchemas<S> = { readonly [K in keyof S]-?: z.ZodDefault<z.ZodType<S[K]>> };

/**
 * One likelihood: all that the rest of the program needs to know of it.
 * @typeParam L the likelihood as it stands in a model's configuration
 * @typeParam S what a user may set, besides `type`
 */
export interface LikelihoodRule<L extends { readonly type: string }, S extends object = object> {
  /** As it stands in a sentence. */
  readonly title: string;
  /** What a user may set, with defaults. */
  readonly settings: SettingSchemas<S>;
  /** The likelihood that settings describe. @throws {ConfigError} when two settings exclude each other */
  make(settings: S): L;
  /** The likelihood's fields in a model's configuration, besides `type`. */
  readonly fields: Fields<Omit<L, "type">>;
  /**
   * The likelihood with what it takes from the training data, unless it has it already. Absent: it takes nothing.
   * @throws {ConfigError} when the data do not tell
   */
  fit?(likelihood: L, data: FitData): L;
  /** What suits the encoder. Absent: the values themselves. */
  encoderInput?(likelihood: L): EncoderInput | undefined;
  /** Values that data may have. */
  support(likelihood: L): Support;
  /** Whether ln p(x) is that of a density, which has a unit, of a probability, or of a product of both. */
  readonly measure: "density" | "probability" | "both";
  /**
   * Units of the decoder's head for rows of so many values. The head begins with outputs of order 1 and mean 0: what is
   * made of them must be tame there.
   */
  headSize(likelihood: L, values: number): number;
  /** What the named parameters of the distribution are, for whoever reads an exported decoder. */
  readonly parameters: Readonly<Record<string, string>>;
  /** @param output the head's outputs: [...rows, headSize], the first output of every value first */
  distribution(
    scope: Scope,
    output: Tensor,
    likelihood: L,
    context: LikelihoodContext,
  ): Distribution | CountDistribution;
}
