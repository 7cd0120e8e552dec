import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import type { Fields } from "../../common/exhaustive.ts";
import { positive, positiveInteger, readonlyList, shown, wholeNumber } from "../../common/settings.ts";
import { type ColumnKind, REAL_NUMBERS } from "../../common/support.ts";
import {
  CATEGORY_ENCODINGS,
  type CategoricalLikelihood,
  categoricalLikelihood,
  categoricalSupport,
} from "./categorical.ts";
import type { FitData, LikelihoodRule } from "./likelihood-rule.ts";
import { inside } from "./marginals.ts";
import { type MixedLikelihood, mixed, mixedHeadSize, mixedOutputs } from "./mixed.ts";
import type { MixedColumn } from "./mixed-column.ts";

export interface CategoricalSettings {
  /** Classes of each value, or of each group of indicators; 0, the default: taken from the training data. */
  classes: number;
  /** Values are class indices from 0 (`index`, the default), or rows are groups of 0/1 indicators (`oneHot`). */
  categories: (typeof CATEGORY_ENCODINGS)[number];
}

export const categoricalRule: LikelihoodRule<CategoricalLikelihood, CategoricalSettings> = {
  title: "a categorical likelihood",
  settings: {
    classes: shown(wholeNumber.default(0), {
      placeholder: "n",
      about: "0: the number in the data",
      group: "Model",
    }),
    categories: shown(z.enum(CATEGORY_ENCODINGS).default("index"), {
      placeholder: "name",
      about: "class indices, or groups of 0/1 indicators",
      group: "Model",
    }),
  },
  make: ({ classes, categories }) => ({
    type: "categorical",
    encoding: categories,
    ...(classes > 0 && { classes }),
  }),
  fields: { encoding: z.enum(CATEGORY_ENCODINGS), classes: positiveInteger.exactOptional() },
  fit: (likelihood, data) =>
    likelihood.classes === undefined ? { ...likelihood, classes: classesOf(likelihood, data) } : likelihood,
  encoderInput: ({ encoding }) => (encoding === "index" ? "indicators" : undefined),
  support: categoricalSupport,
  measure: "probability",
  headSize: ({ encoding, classes = 1 }, values) => (encoding === "index" ? classes * values : values),
  outputAtMean: ({ encoding, classes = 1 }, data) =>
    inside(encoding === "index" ? data.classes(classes) : data.mean, data.examples).map(Math.log),
  parameters: {
    logits:
      "of the classes, softmax over them: [batch, classes, values] for class indices, [batch, values] for indicators",
  },
  distribution: (_, output, likelihood) => categoricalLikelihood(output, likelihood),
};

function classesOf({ encoding }: CategoricalLikelihood, { range }: FitData): number {
  if (encoding === "index") return range[1] + 1;
  throw new ConfigError("classes is not given: rows of indicators need the number of classes in each group");
}

const columns = {
  real: { kind: z.literal("real"), center: z.number(), spread: positive },
  binary: { kind: z.literal("binary") },
  count: { kind: z.literal("count"), scale: positive },
  categorical: { kind: z.literal("categorical"), classes: positiveInteger },
} satisfies { readonly [K in MixedColumn["kind"]]: Fields<Extract<MixedColumn, { kind: K }>> };

const column: z.ZodType<MixedColumn> = z.discriminatedUnion(
  "kind",
  [
    z.strictObject(columns.real),
    z.strictObject(columns.binary),
    z.strictObject(columns.count),
    z.strictObject(columns.categorical),
  ],
  { error: `one of ${Object.keys(columns).join(", ")}` },
);

export const mixedRule: LikelihoodRule<MixedLikelihood> = {
  title: "a mixed likelihood",
  settings: {},
  make: () => ({ type: "mixed", columns: [] }),
  fields: { columns: readonlyList(z.array(column)) },
  fit: (likelihood, data) =>
    likelihood.columns.length === 0 ? { type: "mixed", columns: fitColumns(data) } : likelihood,
  encoderInput: () => "columns",
  support: ({ columns }) => ({ ...REAL_NUMBERS, columns }),
  measure: "both",
  headSize: ({ columns }) => mixedHeadSize(columns),
  outputAtMean: ({ columns }, data) => mixedOutputs(columns, data),
  parameters: {
    logVariance: "ln σ² of each value in real columns; 0 in others",
    logInverseDispersion: "ln θ of each value in count columns; 0 in others",
    logits:
      "of the classes in categorical columns, [batch, classes, values]: softmax over axis 1; 0 in others",
  },
  distribution: (scope, output, likelihood) => mixed(scope, output, likelihood),
};

function fitColumns(data: FitData): MixedColumn[] {
  if (!data.columns)
    throw new ConfigError(
      "likelihood is mixed but the data do not say what their columns are: make them by dataset(rows, { shape, columns })",
    );
  const { mean, spread } = data.columnMoments();
  return data.columns.map((column, position) => fitColumn(column, mean[position]!, spread[position]!));
}

/** Column names come from the data. */
function fitColumn(column: ColumnKind, mean: number, spread: number): MixedColumn {
  switch (column.kind) {
    case "real":
      return { kind: "real", center: mean, spread };
    case "binary":
      return { kind: "binary" };
    case "count":
      return { kind: "count", scale: mean || 1 };
    case "categorical":
      return { kind: "categorical", classes: column.classes };
  }
}
