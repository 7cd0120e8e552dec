import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { wholeNumber } from "../common/settings.ts";
import { suggest } from "../common/suggest.ts";

/** Flags that several commands share. */
export const dataFlag = {
  placeholder: "data",
  about: "built-in name (mnist) or path; default: the data of the run",
  schema: z.string().min(1, { error: "a built-in name or a path" }).optional(),
};

export const checkpointFlag = {
  placeholder: "name",
  about: "read a checkpoint instead of the model: best, last or an iteration",
  schema: z
    .union([z.enum(["best", "last"]), z.int().min(0)], {
      error: "best, last or an iteration",
    })
    .optional(),
};

export const splitFlag = {
  placeholder: "name",
  about: "which part of the data",
  schema: z.enum(["test", "validation", "train"]).default("test"),
};

/** For commands that make a row of each example. */
export const wholeSplitFlag = {
  placeholder: "name",
  about:
    "which part of the data; all: in their order, of built-in data validation, train and test, one after the other",
  schema: z.enum(["all", "train", "validation", "test"]).default("all"),
};

export const seedFlag = {
  placeholder: "n",
  about: "of all randomness; the same seed gives the same numbers",
  schema: wholeNumber.default(0),
};

/** `label=7` */
export const givenFlag = {
  placeholder: "label=NAME",
  about: "for models with a condition: the class of what is made",
  schema: z
    .string()
    .regex(/^label=./, { error: "label= and a class, as in label=7" })
    .transform((text) => ({ label: text.slice("label=".length) }))
    .optional(),
};

/** One of several named things. @param what as in `KIND is "x": it must be one of …` */
export function choose<T>(what: string, name: string, choices: Readonly<Record<string, T>>): T {
  const names = Object.keys(choices);
  if (names.includes(name)) return choices[name]!;
  const near = suggest(name, names);
  throw new ConfigError(
    `${what} is ${JSON.stringify(name)}: it must be one of ${names.join(", ")}${near ? `; did you mean ${near}?` : ""}`,
  );
}
