import { extname, join } from "node:path";
import { ConfigError } from "../common/errors.ts";
import { cellText } from "../data/cell-text.ts";
import { exampleSize } from "../data/dataset.ts";
import { SoundOfLogMel } from "../data/formats/phase-reconstruction.ts";
import { sharpPng } from "../data/formats/sharp-encoder.ts";
import { csvFile } from "../data/formats/write-csv.ts";
import { npyFile } from "../data/formats/write-npy.ts";
import { parquetFile } from "../data/formats/write-parquet.ts";
import { pngFile } from "../data/formats/write-png.ts";
import { wavFile } from "../data/formats/write-wav.ts";
import type { Column } from "../data/schema.ts";
import type { FileContents } from "../files/atomic.ts";
import { areImages, drawExamples, toUnitInterval } from "../pictures/images.ts";
import { encodePng } from "../plot/png.ts";
import type { RunConfig } from "../run/config.ts";
import { rangeOfRunData, type TrainedRun } from "../tasks/open.ts";
import type { DecodedRows } from "../vae/state.ts";
import { formatFloat32, numbered } from "./csv.ts";

/** Rows become files in the form that the data came in. */
const ROW_ENDINGS = [".csv", ".parquet", ".npy", ".png", ".wav", ""] as const;
type RowEnding = (typeof ROW_ENDINGS)[number];

export const ROW_FILES =
  "a table (.csv, .parquet), an array (.npy), one picture (.png), a sound (.wav), or a folder for a file of each image or sound";

/** @throws {ConfigError} when the name has another ending */
export function rowEnding(out: string | undefined): RowEnding {
  if (out === undefined) throw new ConfigError(`--out is missing: name ${ROW_FILES}`);
  const ending = extname(out).toLowerCase();
  if ((ROW_ENDINGS as readonly string[]).includes(ending)) return ending as RowEnding;
  throw new ConfigError(
    `--out is ${JSON.stringify(out)}: it must end in .csv, .parquet, .npy, .png or .wav, or be the name of a folder`,
  );
}

/** The rows to be written. */
interface MadeRows {
  /** [rows, values], row-major, in the units of the data divided by the run's scale. */
  readonly values: DecodedRows;
  /** What each row is called. */
  readonly names?: readonly string[] | undefined;
  /** Class of each row, in words. */
  readonly labels?: readonly (string | undefined)[] | undefined;
  /** Of the data that they were made from, what each value is; absent: what the run says. */
  readonly columns?: readonly Column[] | undefined;
}

/**
 * Files of rows that a model made.
 * @returns paths and contents, one after the other
 * @throws {ConfigError} where the data are not what the ending says
 */
export async function* rowFiles(
  run: TrainedRun,
  rows: MadeRows,
  path: string,
): AsyncGenerator<readonly [path: string, contents: FileContents]> {
  const ending = rowEnding(path);
  const { inputShape: shape } = run.vae.model;
  const count = rows.values.length / exampleSize({ shape });
  if (ending === ".npy") yield [path, await collected(npyFile([count, ...shape], once(rows.values)))];
  else if (ending === ".csv" || ending === ".parquet") yield [path, await tableFile(run, rows, ending)];
  else if (ending === ".png") {
    const range = await rangeOfRunData(run);
    const { spectrogram } = run.config.data.decoding ?? {};
    const look = { ...run.vae.model, spectrogram };
    yield [path, await encodePng(drawExamples(Float32Array.from(rows.values), look, {}, range))];
  } else if (ending === ".wav")
    yield [path, [wavFile(joinedSounds(soundsOf(run, rows.values)), rateOf(run))]];
  else yield* filesOfEach(run, rows, path);
}

async function* filesOfEach(run: TrainedRun, { values, names }: MadeRows, folder: string) {
  const { inputShape: shape } = run.vae.model;
  const size = exampleSize({ shape });
  const count = values.length / size;
  const digits = String(count).length;
  const fileOf = (row: number, ending: string) => {
    const name = names?.[row]?.replace(/\.\w+(?=#|$)/, "").replace("#", "-");
    return join(folder, `${safe(name) ?? String(row + 1).padStart(digits, "0")}${ending}`);
  };
  if (isOfSounds(run)) {
    const rate = rateOf(run);
    for (const [row, sound] of soundsOf(run, values).entries())
      yield [fileOf(row, ".wav"), [wavFile(sound, rate)]] as const;
    return;
  }
  if (!areImages(shape))
    throw new ConfigError(
      `--out is ${JSON.stringify(folder)}, a folder, but the run's data are neither images nor sounds: write to a name that ends in .csv, .parquet or .npy`,
    );
  const pixels = toUnitInterval(Float32Array.from(values), await rangeOfRunData(run));
  for (let row = 0; row < count; row++) {
    const png = await pngFile(pixels.subarray(row * size, (row + 1) * size), shape, sharpPng);
    yield [fileOf(row, ".png"), [png]] as const;
  }
}

/** Names of files in folders stay below the folder. */
function safe(name: string | undefined): string | undefined {
  return name === undefined || name === "" || name.startsWith("/") || name.split(/[\\/]/).includes("..")
    ? undefined
    : name;
}

function isOfSounds({ config }: TrainedRun): boolean {
  return config.data.decoding?.sampleRate !== undefined;
}

/** @throws {ConfigError} when the run's data are no sounds */
function rateOf({ config }: TrainedRun): number {
  const rate = config.data.decoding?.sampleRate;
  if (rate !== undefined) return rate;
  throw new ConfigError(
    "--out ends in .wav, but the run was not trained on a folder of sounds, whose sample rate it would know: write .npy",
  );
}

/** Samples in [−1, 1]; of spectrograms with phases that suit them (Griffin & Lim 1984). */
function soundsOf(run: TrainedRun, values: DecodedRows): Float32Array[] {
  const rate = rateOf(run);
  const { inputShape: shape } = run.vae.model;
  const size = exampleSize({ shape });
  const rows = Array.from({ length: values.length / size }, (_, row) =>
    Float32Array.from(values.subarray(row * size, (row + 1) * size)),
  );
  if (!run.config.data.decoding?.spectrogram) return rows;
  const phases = new SoundOfLogMel(rate);
  return rows.map((row) => phases.of(row));
}

function joinedSounds(sounds: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(sounds.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const sound of sounds) {
    whole.set(sound, at);
    at += sound.length;
  }
  return whole;
}

/** What tables of a run are made of: categories have no mean. */
export function usualValues({ model, data }: RunConfig): "mean" | "mode" {
  const hasCategories = Object.keys(data.decoding?.categories ?? {}).length > 0;
  return hasCategories && model.likelihood.type === "mixed" ? "mode" : "mean";
}

/** What the values of a run's rows are called, and how they are written. */
interface RowTable {
  readonly names: readonly string[];
  /** Of a column, what it is; absent where the data have no columns. */
  readonly columns: readonly (Column | undefined)[];
  /** @param sample another cell of the column, whose form dates follow; undefined: no such column */
  text(values: DecodedRows, row: number, column: string, sample?: string): string | undefined;
}

/** @param given columns of the data at hand */
export function rowTable({ data, model }: RunConfig, given?: readonly Column[]): RowTable {
  const width = exampleSize({ shape: model.inputShape });
  const kinds = data.decoding?.columns ?? {};
  // Names that look like indices lose their place in an object.
  const isOrdered = !Object.keys(kinds).some((name) => /^\d+$/.test(name));
  const known = isOrdered
    ? Object.entries(kinds).flatMap(([name, kind]) => columnOf(name, kind, data) ?? [])
    : [];
  const found = given?.every(({ name }) => name !== undefined) ? given : known;
  const columns: readonly (Column | undefined)[] =
    found.length === width ? found : new Array<undefined>(width).fill(undefined);
  const names = found.length === width ? found.map(({ name }) => name!) : numbered("value", width);
  const places = new Map(names.map((name, at) => [name, at]));
  return {
    names,
    columns,
    text(values, row, name, sample) {
      const at = places.get(name);
      if (at === undefined) return undefined;
      const value = values[row * width + at]!;
      const column = columns[at];
      if (!column) return values instanceof Float32Array ? formatFloat32(value) : String(value);
      return cellText(value * data.scale, column, { isDate: kinds[name] === "date", sample });
    },
  };
}

function columnOf(name: string, kind: string, { decoding }: RunConfig["data"]): Column | undefined {
  const categories = decoding?.categories?.[name];
  const facts = { name, ...(categories && { categories }) };
  if (kind === "categorical") return { kind, classes: categories?.length ?? 1, ...facts };
  if (kind === "binary" || kind === "count" || kind === "real") return { kind, ...facts };
  return kind === "date" ? { kind: "real", ...facts } : undefined;
}

async function tableFile(
  run: TrainedRun,
  { values, names, labels, columns }: MadeRows,
  ending: ".csv" | ".parquet",
): Promise<FileContents> {
  const table = rowTable(run.config, columns);
  const count = values.length / table.names.length;
  const { label = "label", columns: kinds = {} } = run.config.data.decoding ?? {};
  const named = Object.entries(kinds).find(([, kind]) => kind === "id")?.[0] ?? "name";
  const header = [...(names ? [named] : []), ...(labels ? [label] : []), ...table.names];
  const lineOf = (row: number) => [
    ...(names ? [names[row]] : []),
    ...(labels ? [labels[row]] : []),
    ...table.names.map((name) => table.text(values, row, name)),
  ];
  const rows = Array.from({ length: count }, (_, row) => row);
  if (ending === ".csv")
    return collected(
      csvFile(
        header,
        (function* () {
          for (const row of rows) yield lineOf(row);
        })(),
      ),
    );
  const cells = table.names.map((name, at) => {
    const isText = (table.columns[at]?.categories ?? []).length > 0 || kinds[name] === "date";
    const text = (row: number) => table.text(values, row, name)!;
    return { name, values: isText ? rows.map(text) : rows.map((row) => Number(text(row))) };
  });
  return [
    parquetFile([
      ...(names ? [{ name: named, values: names }] : []),
      ...(labels ? [{ name: label, values: labels }] : []),
      ...cells,
    ]),
  ];
}

export async function collected(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

export async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
