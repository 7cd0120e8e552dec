import * as z from "zod";
import { notNegative, positive, positiveInteger, wholeNumber } from "../common/settings.ts";
import { pictureFlags } from "../pictures/images.ts";
import type { Colour } from "../plot/pixels.ts";
import { dataFlag } from "../tasks/open.ts";
import { splitFlag } from "./choices.ts";
import { type FlagValues, listOf, readFlags } from "./flags.ts";
import { outFileFlags } from "./out-file.ts";

const wholeNumbers = listOf(wholeNumber, "whole numbers separated by commas");
const GRID = /^([1-9]\d{0,2})(?:x([1-9]\d{0,2}))?$/;
const COLOURS = /^#?[0-9a-f]{6}(,#?[0-9a-f]{6})*$/i;

/** Cells of a grid, across and down. */
export type GridSize = readonly [nx: number, ny: number];

/** Options of all kinds of pictures. None has a default here, so that one given in vain is noticed. */
export const plotFlags = {
  data: dataFlag,
  split: { ...splitFlag, schema: splitFlag.schema.unwrap().optional(), fallback: "test" },
  count: {
    short: "n",
    placeholder: "n",
    about: "how many examples, samples, walkers or rows",
    schema: positiveInteger.optional(),
  },
  indices: {
    placeholder: "list",
    about: "which examples instead, counted from 0, as in 1,5,7",
    schema: wholeNumbers.optional(),
  },
  from: { placeholder: "index", about: "the example to begin with, from 0", schema: wholeNumber.optional() },
  to: { placeholder: "index", about: "the example to end with", schema: wholeNumber.optional() },
  labels: {
    placeholder: "list",
    about: "classes, as in 3,8: interpolate and attributes take two, morph any number",
    schema: wholeNumbers.optional(),
  },
  dimensions: {
    placeholder: "list",
    about: "latent dimensions, from 0 (drawn as z₁); default: all or two, those of the largest KL first",
    schema: wholeNumbers.optional(),
  },
  projection: {
    placeholder: "way",
    about: "how more than two latent dimensions become a plane: the two of the largest KL, or by PCA",
    schema: z.enum(["kl", "pca"]).optional(),
    fallback: "kl",
  },
  grid: {
    placeholder: "size",
    about: "decodings across and down, as in 30 or 30x20; default: 30, in tableaus and films 20",
    schema: z
      .string()
      .regex(GRID, { error: "a number below 1000, as in 30, or two, as in 30x20" })
      .transform((text): GridSize => {
        const [, nx, ny = nx] = GRID.exec(text)!;
        return [Number(nx), Number(ny)];
      })
      .optional(),
  },
  range: {
    placeholder: "r",
    about: "latent coordinates from -r to r, evenly; default: percentiles of the prior",
    schema: positive.optional(),
  },
  ellipses: { about: "draw one-sigma ellipses of posteriors", schema: z.boolean().optional() },
  contours: {
    about: "draw the prior's circles of one, two and three sigma",
    schema: z.boolean().optional(),
  },
  path: {
    placeholder: "shape",
    about: "the way from point to point",
    schema: z.enum(["straight", "spherical"]).optional(),
    fallback: "straight",
  },
  steps: {
    placeholder: "n",
    about: "pictures in a row, or frames (of morph: from class to class)",
    schema: positiveInteger.min(2, { error: "a whole number of at least 2" }).optional(),
  },
  seed: { placeholder: "n", about: "of random points", schema: wholeNumber.optional(), fallback: 0 },
  temperature: {
    placeholder: "t",
    about: "standard deviation of random points",
    schema: notNegative.optional(),
    fallback: 1,
  },
  duration: {
    placeholder: "ms",
    about: "time of a frame in milliseconds",
    schema: positiveInteger.min(20, { error: "a whole number of at least 20" }).optional(),
  },
  format: {
    placeholder: "type",
    about: "of films",
    schema: z.enum(["gif", "webp", "both"]).optional(),
    fallback: "both",
  },
  width: {
    placeholder: "px",
    about: "of the picture, without its doubled resolution; of films: the tableau's",
    schema: positiveInteger.max(4000, { error: "a whole number up to 4000" }).optional(),
  },
  colours: {
    placeholder: "list",
    about: "of the classes, as in 3e96ff,fe7c0a; default: ten that colour-blind people can tell apart",
    schema: z
      .string()
      .regex(COLOURS, { error: "colours as in 3e96ff,fe7c0a" })
      .transform((text) => text.split(",").map(colourOf))
      .optional(),
  },
  invert: { about: "dark on white", schema: z.boolean().optional() },
  ...pictureFlags,
  out: { ...outFileFlags.out, about: "the picture's file, or the films' folder; default: plots in the run" },
  force: { ...outFileFlags.force, schema: z.boolean().optional() },
};

export type PlotOptions = FlagValues<typeof plotFlags>;
export type PlotFlag = Exclude<keyof PlotOptions, "out" | "force">;

/** As if none had been typed. */
export const NO_OPTIONS: PlotOptions = readFlags(plotFlags, {});

function colourOf(text: string): Colour {
  const [red, green, blue] = text
    .replace("#", "")
    .match(/../g)!
    .map((digits) => Number.parseInt(digits, 16));
  return [red!, green!, blue!];
}
