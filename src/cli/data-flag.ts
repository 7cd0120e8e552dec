import { readFile } from "node:fs/promises";
import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { positive, positiveInteger } from "../common/settings.ts";
import { suggest } from "../common/suggest.ts";
import type { Dataset } from "../data/dataset.ts";
import { COLUMN_KINDS } from "../data/decoding.ts";
import type { OpenOptions } from "../data/splits.ts";
import type { FlagValues } from "./flags.ts";

const GROUP = "Data and files";
const columnName = z.string().min(1, { error: "the name of a column" }).optional();
const path = z.string().min(1, { error: "a path" }).optional();

/** How data are read from files; each is heeded by the formats to which it applies. */
export const readingFlags = {
  label: {
    placeholder: "column",
    about: "column, field or array that holds the labels",
    group: GROUP,
    schema: columnName,
  },
  columns: {
    placeholder: "file",
    about: `JSON file of kinds by column name: ${COLUMN_KINDS.join(", ")}`,
    group: GROUP,
    schema: path,
  },
  column: {
    placeholder: "name=kind,…",
    about: "kinds of some columns, over what their values suggest, such as age=count",
    group: GROUP,
    schema: z.string().optional(),
  },
  group: {
    placeholder: "column",
    about: "rows with the same value, such as a patient, stay in one split",
    group: GROUP,
    schema: columnName,
  },
  validation: {
    placeholder: "file",
    about: "data that validate; default: a tenth of the others",
    group: GROUP,
    schema: path,
  },
  test: {
    placeholder: "file",
    about: "data that test; default: a tenth of the others",
    group: GROUP,
    schema: path,
  },
  size: {
    placeholder: "height×width",
    about: "size that images are brought to, such as 64x64 or 64",
    group: GROUP,
    schema: z
      .string()
      .regex(/^\d+([x×,]\d+)?$/, { error: "a size such as 64 or 48x64" })
      .optional(),
  },
  layer: {
    placeholder: "name",
    about: "layer of an .h5ad file instead of X, or array of an .npz file",
    group: GROUP,
    schema: columnName,
  },
  window: {
    placeholder: "samples",
    about: "samples of sounds that make one example; default 16384",
    group: GROUP,
    schema: positiveInteger.optional(),
  },
  spectrogram: {
    about: "turn sounds into log-mel spectrograms",
    group: GROUP,
    schema: z.boolean().default(false),
  },
  grey: { about: "make images grey", group: GROUP, schema: z.boolean().default(false) },
  crop: {
    about: "cut the middle out of images instead of distorting them",
    group: GROUP,
    schema: z.boolean().default(false),
  },
  strict: {
    about: "stop at a file that cannot be read instead of skipping it",
    group: GROUP,
    schema: z.boolean().default(false),
  },
  cache: {
    placeholder: "folder",
    about: "where rows that do not fit in memory are kept; default: ~/.cache/vaekit",
    group: GROUP,
    schema: path,
  },
};

/** For commands that read other data than a run's: these are read as the run's were, where nothing else is said. */
export const dataFlags = {
  scale: {
    placeholder: "s",
    about: "divide values by this; default: by what the run's data were",
    group: GROUP,
    schema: positive.optional(),
  },
  ...readingFlags,
};

const { validation: _, test: __, group: ___, ...ofWhole } = dataFlags;
/** For commands that take all rows of the data. */
export const wholeDataFlags = ofWhole;

/** What rows are called, and their classes in words. */
export function namesAndLabels({ names, labels, schema: { labelNames } }: Dataset) {
  const word = (label: number) => (label < 0 ? undefined : (labelNames?.[label] ?? String(label)));
  return { ...(names && { names }), ...(labels && { labels: Array.from(labels, word) }) };
}

type ReadingFlags = FlagValues<typeof readingFlags>;

/** @throws {ConfigError} when the file of columns is none, or a kind is not known */
export async function readingOptions(
  flags: Partial<ReadingFlags> & { readonly scale?: number | undefined },
): Promise<OpenOptions> {
  const { label, group, validation, test, size, grey, crop, strict, cache, scale } = flags;
  const { layer, window, spectrogram } = flags;
  const columns = {
    ...(flags.columns !== undefined && (await columnsFile(flags.columns))),
    ...(flags.column !== undefined && columnList(flags.column)),
  };
  return {
    ...(label !== undefined && { label }),
    ...(group !== undefined && { group }),
    ...(validation !== undefined && { validation }),
    ...(test !== undefined && { test }),
    ...(cache !== undefined && { cache }),
    ...(size !== undefined && { size: sizeOf(size) }),
    ...(scale !== undefined && { scale }),
    ...(layer !== undefined && { layer }),
    ...(window !== undefined && { window }),
    ...(spectrogram && { spectrogram }),
    ...(grey && { grey }),
    ...(crop && { crop }),
    ...(strict && { strict }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}

type Kinds = Record<string, (typeof COLUMN_KINDS)[number]>;

function sizeOf(text: string): readonly [number, number] {
  const [height = 0, width = height] = text.split(/[x×,]/).map(Number);
  if (height < 1 || width < 1) throw new ConfigError(`--size is ${text}: sizes are whole numbers above 0`);
  return [height, width];
}

/** `age=count,sex=categorical` */
function columnList(text: string): Kinds {
  const pairs = text.split(",").map((each): [string, string] => {
    const at = each.lastIndexOf("=");
    if (at < 1) throw new ConfigError(`--column has '${each}': give a name and a kind, such as age=count`);
    return [each.slice(0, at), each.slice(at + 1)];
  });
  return kindsOf(Object.fromEntries(pairs), "--column");
}

async function columnsFile(file: string): Promise<Kinds> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read as JSON: --columns needs a file such as {"age": "count"}`, {
      cause,
    });
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new ConfigError(`${file} is not an object of kinds by name: write {"age": "count"}`);
  return kindsOf(content as Record<string, unknown>, file);
}

function kindsOf(columns: Readonly<Record<string, unknown>>, where: string): Kinds {
  for (const [name, kind] of Object.entries(columns)) {
    if (COLUMN_KINDS.includes(kind as never)) continue;
    const meant = suggest(String(kind), COLUMN_KINDS);
    const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
    throw new ConfigError(
      `${where} says that '${name}' is ${kind}${hint}: kinds are ${COLUMN_KINDS.join(", ")}`,
    );
  }
  return columns as Kinds;
}
