import { existsSync } from "node:fs";
import { ConfigError, DataError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import { concatenate } from "../data/concatenate.ts";
import type { Dataset, SplitName } from "../data/dataset.ts";
import type { ColumnKind } from "../data/formats/format.ts";
import { isBuiltIn, openData, openWhole } from "../data/open.ts";
import { withPreprocess } from "../data/preprocess.ts";
import { everySplit, type OpenOptions, type Splits } from "../data/splits.ts";
import type { RunConfig } from "../run/config.ts";
import { sourceOf } from "../run/data-source.ts";

/**
 * The data of a run, or others in their place, scaled as the run's.
 * @param given by the user: built-in name or path
 * @param splits which to open; default: all
 * @param reading how files are read, over how the run's were
 * @throws {DataError} when nothing is given and they are not where they were, or they cannot be used
 */
export async function openRunData<S extends SplitName = SplitName>(
  data: RunConfig["data"],
  given: string | undefined,
  splits?: readonly S[],
  reading: OpenOptions = {},
): Promise<Splits<S>> {
  const source = sourceOf(data, given);
  try {
    const opened = await openData(source, {
      ...readLike(data, given, reading),
      ...(splits && { splits }),
    });
    return everySplit(opened, (each) => withPreprocess(each, data.preprocess));
  } catch (error) {
    if (!(error instanceof DataError) || given !== undefined) throw error;
    if (isBuiltIn(source) || existsSync(source)) throw error;
    throw new DataError(
      `${source}, on which the run was trained, is not there: give its data by ${asSetting("data")}`,
      { cause: error },
    );
  }
}

/**
 * All examples of data shaped like the run's, in their order, scaled as these.
 * @param reading how files are read, over how the run's were
 * @throws {DataError} when they cannot be used
 */
export async function openWholeLike(
  data: RunConfig["data"],
  given: string | undefined,
  reading: OpenOptions = {},
): Promise<Dataset> {
  if (given === undefined) {
    const { validation, train, test } = await openRunData(data, given, undefined, reading);
    return concatenate([validation, train, test]);
  }
  const whole = await openWhole(given, readLike(data, given, reading));
  return withPreprocess(whole, data.preprocess);
}

/** What is asked of the reading, over how the run's files were read. @throws {ConfigError} when the two contradict */
function readLike(data: RunConfig["data"], given: string | undefined, reading: OpenOptions): OpenOptions {
  const { decoding = {} } = data;
  for (const key of ["size", "layer", "window"] as const) {
    const [asked, known] = [reading[key], decoding[key]];
    if (asked === undefined || known === undefined || String(asked) === String(known)) continue;
    throw new ConfigError(
      `${asSetting(key)} is ${textOf(asked)}, but the run's data were read with ${textOf(known)}: leave it out`,
    );
  }
  for (const [name, kind] of Object.entries(reading.columns ?? {})) {
    const known = decoding.columns?.[name];
    if (known === undefined || known === kind || !(isValue(known) || isValue(kind))) continue;
    throw new ConfigError(
      `${asSetting("columns")} says that '${name}' is ${kind}, but in the run's data it is ${known}: leave it out`,
    );
  }
  const columns = { ...(given === undefined && decoding.columns), ...reading.columns };
  const asked = Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined));
  return {
    scale: data.scale,
    ...decodingFor(data, given),
    ...asked,
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}

function isValue(kind: ColumnKind): boolean {
  return ["real", "count", "binary", "categorical", "date"].includes(kind);
}

function textOf(value: string | number | readonly number[]): string {
  return typeof value === "object" ? value.join("x") : String(value);
}

/** How the run's files were read; other files in their place have no splits of their own. */
function decodingFor({ decoding }: RunConfig["data"], given: string | undefined): OpenOptions {
  if (!decoding) return {};
  const { categories = {}, labelNames, validation, test, ...decisions } = decoding;
  if (given === undefined) return { ...decisions, ...(validation && { validation }), ...(test && { test }) };
  const { columns: known = {}, ...others } = decisions;
  // Names that look like indices lose their place in an object.
  const isOrdered = !Object.keys(known).some((name) => /^\d+$/.test(name));
  const values = Object.entries(known).filter(([, kind]) => isValue(kind));
  const columns = isOrdered
    ? values.map(([name]) => ({ name, ...(categories[name] && { categories: categories[name] }) }))
    : Object.entries(categories).map(([name, each]) => ({ name, categories: each }));
  return { ...others, ...(values.length > 0 && { known }), like: { columns, labelNames } };
}
