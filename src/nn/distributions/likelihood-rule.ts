import type * as z from "zod";
import type { Fields } from "../../common/exhaustive.ts";
import type { Support } from "../../common/support.ts";
import type { Shape, Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import type { CountDistribution, Distribution } from "./distribution.ts";
import type { Marginals } from "./marginals.ts";

/** Inputs of a likelihood besides the decoder's output. */
export interface LikelihoodContext {
  /** Of one example. */
  readonly inputShape: Shape;
  /** The rows whose likelihood is asked for, [...rows, values]; absent where only z is known. */
  readonly observed?: Tensor | undefined;
  /** 1 where a value of these rows was observed, 0 where it is missing; absent: all were. */
  readonly mask?: Tensor | undefined;
}

/** Statistics of the training data that a likelihood may use. Values are scaled. */
export interface FitData {
  /** Values of a row. */
  readonly width: number;
  /** Least and greatest value. */
  readonly range: readonly [number, number];
  /** The kind of each column of a table; absent: all values are of one kind. */
  readonly columns?: Support["columns"];
  /** Mean and spread of each value of a row, over the rows. The spread is above 0. */
  columnMoments(): { readonly mean: Float64Array; readonly spread: Float64Array };
  /** The sum of each row. */
  rowSums(): Float64Array;
}

/**
 * How a row is transformed for the encoder.
 *
 * - `log1p`: ln(1 + x) of each count, whose magnitudes otherwise differ too much (as in scVI, Lopez et al. 2018).
 * - `normalized`: ln(1 + s·x/Σx) of each count, with the usual sum s of a row: the same for rows that differ in depth alone.
 * - `columns`: each column of a table by its kind: standardised reals, ln(1 + x) of counts, indicators of classes.
 * - `indicators`: one-hot indicators of class indices.
 */
export type EncoderInput = "log1p" | "normalized" | "indicators" | "columns";

/** One schema with a default for each setting of a likelihood. */
type SettingSchemas<S> = { readonly [K in keyof S]-?: z.ZodDefault<z.ZodType<S[K]>> };

/**
 * One likelihood: everything the rest of the program needs to know about it.
 * @typeParam L the likelihood as it stands in a model's configuration
 * @typeParam S what a user may set, besides `type`
 */
export interface LikelihoodRule<L extends { readonly type: string }, S extends object = object> {
  /** Its name in messages. */
  readonly title: string;
  /** Schema of its settings, with defaults. */
  readonly settings: SettingSchemas<S>;
  /** The likelihood that settings describe. @throws {ConfigError} when two settings exclude each other */
  make(settings: S): L;
  /** The likelihood's fields in a model's configuration, besides `type`. */
  readonly fields: Fields<Omit<L, "type">>;
  /**
   * The likelihood with the values it takes from the training data, unless they are set. Absent: it takes none.
   * @throws {ConfigError} when the data do not determine them
   */
  fit?(likelihood: L, data: FitData): L;
  /** Transformation of the encoder's input. Absent: none. */
  encoderInput?(likelihood: L): EncoderInput | undefined;
  /** Values that data may have. */
  support(likelihood: L): Support;
  /** Whether ln p(x) is that of a density, which has a unit, of a probability, or of a product of both. */
  readonly measure: "density" | "probability" | "both";
  /**
   * Number of outputs of the decoder's head for rows of `values` values. Initial outputs are of order 1 with mean 0;
   * the distribution's parameters must be moderate there.
   */
  headSize(likelihood: L, values: number): number;
  /**
   * Outputs of the head at which the distribution's mean is that of the data, in each unit, as far as the parameters
   * allow: what the head's bias begins at. Outputs that do not move the mean are 0.
   * @returns {@link headSize} of as many values as there are units
   */
  outputAtMean(likelihood: L, data: Marginals): Float64Array;
  /**
   * What parameters that are learned beside the head begin at, by name, where the head's outputs are those of
   * {@link outputAtMean}. Absent: as they are drawn.
   * @param data of each value of a row
   */
  learnedAtMean?(likelihood: L, data: Marginals): Readonly<Record<string, Float64Array>>;
  /** Descriptions of the distribution's named parameters, for the documentation of an exported decoder. */
  readonly parameters: Readonly<Record<string, string>>;
  /** @param output the head's outputs: [...rows, headSize], the first output of every value first */
  distribution(
    scope: Scope,
    output: Tensor,
    likelihood: L,
    context: LikelihoodContext,
  ): Distribution | CountDistribution;
}
