import { supportOf } from "../nn/distributions/likelihood.ts";
import type { DataEvidence } from "./evidence.ts";
import type { Check } from "./finding.ts";

/** Share of held-out rows that may be copies of training rows. */
const LEAK = 0.005;
/** Standard deviation beyond which the network's inputs are too large, as unscaled pixels from 0 to 255 are. */
const LARGE_DEVIATION = 10;
/** Largest ratio of the columns' standard deviations before the widest dominates the loss. */
const UNEQUAL = 100;
/** MMD² that a shift of about a fifth of the data's spread in all columns gives; splits of one source stay below. */
const SHIFT = 0.02;

export const dataChecks: readonly Check[] = [
  {
    code: "unreadable-data",
    title: "data that can be read, and are finite",
    applies: ({ data, dataError }) => data !== undefined || dataError !== undefined,
    look: ({ dataError }) =>
      dataError === undefined
        ? undefined
        : {
            evidence: dataError,
            remedy: "fix or remove what the message names; nothing can be learnt from it",
          },
  },
  {
    code: "outside-support",
    title: "values that the likelihood can give",
    applies: ({ data }) => data !== undefined,
    look: ({ data, run, supportError }) => {
      const [least, greatest] = data!.range;
      const support = supportOf(run?.config.model.likelihood ?? { type: "bernoulli" });
      if (least >= support.least && Math.fround(greatest) <= support.greatest)
        return supportError === undefined
          ? undefined
          : { evidence: supportError, remedy: "train with a likelihood that can give these values" };
      if (!run && least < 0) return undefined;
      const { likelihood, reason } = data!.suggestion;
      // Pixels in other units only want dividing; counts and tables do not.
      const isImage = data!.shape.length > 1;
      return {
        evidence: `values go from ${least} to ${greatest}, and ${support.title} needs [${support.least}, ${support.greatest}]`,
        remedy:
          isImage && least >= 0
            ? `train with --scale ${greatest}, or --likelihood ${likelihood}`
            : `train with --likelihood ${likelihood}: ${reason}`,
      };
    },
  },
  {
    code: "unscaled-data",
    title: "values of a size that networks learn from",
    // Without a run, values below 0 are for a Gaussian.
    applies: ({ data, run }) =>
      data !== undefined && (run ? run.config.model.likelihood.type === "gaussian" : data.range[0] < 0),
    look: ({ data }) =>
      data!.deviation > LARGE_DEVIATION
        ? {
            evidence: `values have a standard deviation of ${data!.deviation.toPrecision(3)} within their columns, up to ${data!.range[1]}`,
            remedy:
              data!.shape.length > 1
                ? `divide them with --scale ${Math.max(...data!.range.map(Math.abs))}, so that they are about 1`
                : "standardise the columns (--standardize)",
          }
        : undefined,
  },
  {
    code: "low-scale",
    title: "bytes that fill the range they are divided by",
    applies: ({ data }) => data?.lowestScale !== undefined,
    look: ({ data }) => ({
      evidence: `bytes were divided by 255, and none is above ${data!.lowestScale}`,
      remedy: `divide by what they go up to: --scale ${data!.lowestScale}`,
    }),
  },
  {
    code: "unequal-columns",
    title: "columns of one order of magnitude",
    applies: ({ data, run }) =>
      data?.columnDeviations !== undefined &&
      (run?.config.model.likelihood.type ?? "gaussian") === "gaussian",
    look: ({ data }) => {
      const [narrowest, widest] = data!.columnDeviations!;
      if (data!.suggestion.likelihood !== "gaussian" || widest < UNEQUAL * narrowest) return undefined;
      return {
        evidence: `standard deviations of columns go from ${narrowest.toPrecision(2)} to ${widest.toPrecision(2)}: the widest ones would be all that is learnt`,
        remedy: "standardise the columns (--standardize)",
      };
    },
  },
  {
    code: "constant-columns",
    title: "columns that vary",
    applies: ({ data }) => data !== undefined && data.shape.length === 1,
    look: ({ data }) => {
      const { constantColumns } = data!;
      if (constantColumns.length === 0) return undefined;
      const [names, verb] = constantColumns.length === 1 ? ["column", "has"] : ["columns", "have"];
      return {
        evidence: `${names} ${called(data!, constantColumns)} ${verb} the same value in every training row`,
        remedy: "leave them out: they tell nothing, and with a learned scale their likelihood has no limit",
      };
    },
  },
  {
    code: "duplicate-columns",
    title: "columns that are not copies of others",
    applies: ({ data }) => data !== undefined && data.shape.length === 1 && data.shape[0]! > 1,
    look: ({ data }) => {
      const { duplicateColumns } = data!;
      if (duplicateColumns.length === 0 || isRepetitive(data!)) return undefined;
      const [[first, copy]] = duplicateColumns as [readonly [number, number]];
      const others = duplicateColumns.length - 1;
      return {
        evidence: `column ${called(data!, [copy])} has the values of column ${called(data!, [first])} in every row${others > 0 ? `, and there are ${others} copies more` : ""}`,
        remedy: `leave copies out (--column ${data!.names?.[copy] ?? "NAME"}=ignore): what they hold counts twice`,
      };
    },
  },
  {
    code: "identifier-column",
    title: "columns that do not merely number the rows",
    applies: ({ data }) => data !== undefined && data.shape.length === 1,
    look: ({ data }) => {
      const { identifiers } = data!;
      if (identifiers.length === 0) return undefined;
      return {
        evidence: `${called(data!, identifiers)} looks like an identifier: whole numbers, another in every row`,
        remedy: `say so (--column ${data!.names?.[identifiers[0]!] ?? "NAME"}=id), so that it names rows and is not learnt`,
      };
    },
  },
  {
    code: "label-in-columns",
    title: "columns that do not give the label away",
    applies: ({ data }) => data !== undefined && data.shape.length === 1,
    look: ({ data }) => {
      const { labelColumns } = data!;
      if (labelColumns.length === 0) return undefined;
      return {
        evidence: `${called(data!, labelColumns)} tells the label of every row exactly`,
        remedy: `leave it out if it was made from the label (--column ${data!.names?.[labelColumns[0]!] ?? "NAME"}=ignore): classes are then found by their copy`,
      };
    },
  },
  {
    code: "duplicates-across-splits",
    title: "held-out rows that were not trained on",
    applies: ({ data }) => data !== undefined && data.examples.heldOut > 0,
    look: ({ data }) => {
      const { across, within } = data!.duplicates;
      const part = across / data!.examples.heldOut;
      // Data of few distinct rows repeat everywhere: that is no leak.
      if (across < 2 || part <= LEAK || within > part / 2) return undefined;
      return {
        evidence: `${across} of ${data!.examples.heldOut} held-out rows are copies of training rows`,
        remedy: "remove copies before the data are split: numbers on these rows are too good to be true",
      };
    },
  },
  {
    code: "tiny-classes",
    title: "classes with examples enough",
    applies: ({ data }) => data?.labels !== undefined,
    look: ({ data }) => {
      const { classes, singletons } = data!.labels!;
      if (singletons < 2 || singletons < classes / 2) return undefined;
      return {
        evidence: `${singletons} of ${classes} classes have one training example`,
        remedy:
          "check that labels are classes and not numbers of examples; merge classes, or gather more examples",
      };
    },
  },
  {
    code: "shifted-data",
    title: "held-out rows that are like training rows",
    applies: ({ data }) => data?.shift !== undefined,
    look: ({ data }) => {
      const { squared, pValue } = data!.shift!;
      if (squared <= SHIFT || pValue > 0.01) return undefined;
      return {
        evidence: `held-out rows are distributed otherwise than training rows: MMD² is ${squared.toFixed(3)}, and chance gives as much with p ≤ ${pValue.toFixed(2)}`,
        remedy: "check that both are of one source and scaled alike, and shuffle before splitting",
      };
    },
  },
  {
    code: "uninformative-labels",
    title: "labels that go with the data",
    applies: ({ data }) => data?.labels !== undefined && data.labels.judged >= 50 && data.labels.classes > 1,
    look: ({ data }) => {
      const { neighbourAccuracy, chance, judged, smallest } = data!.labels!;
      // Below three standard errors above guessing.
      const error = Math.sqrt((chance * (1 - chance)) / judged);
      if (neighbourAccuracy > chance + 3 * error || smallest < 5) return undefined;
      return {
        evidence: `the nearest training examples have the right label for ${percent(neighbourAccuracy)} of held-out ones, and guessing for ${percent(chance)}`,
        remedy: "check that labels are in the order of the rows: they look shuffled",
      };
    },
  },
];

/** Columns by their names, else by their places. */
function called({ names }: DataEvidence, columns: readonly number[]): string {
  if (!names) return `${listed(columns)} (counted from 0)`;
  const some = columns.slice(0, 8).map((at) => `'${names[at]}'`);
  return `${some.join(", ")}${columns.length > 8 ? ` and ${columns.length - 8} more` : ""}`;
}

/** Where columns repeat as a rule, as in sparse counts and one-hot groups of few rows, copies are chance. */
function isRepetitive({ duplicateColumns, shape }: DataEvidence): boolean {
  return duplicateColumns.length > 0.2 * shape[0]!;
}

function listed(indices: readonly number[]): string {
  return indices.length > 8
    ? `${indices.slice(0, 8).join(", ")} and ${indices.length - 8} more`
    : indices.join(", ");
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}
