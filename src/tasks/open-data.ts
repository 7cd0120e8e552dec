import { existsSync } from "node:fs";
import { DataError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import { concatenate } from "../data/concatenate.ts";
import type { Dataset, SplitName } from "../data/dataset.ts";
import { isBuiltIn, openData } from "../data/open.ts";
import { openWhole } from "../data/open-splits.ts";
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
      scale: data.scale,
      ...decodingFor(data, given),
      ...reading,
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
 * @throws {DataError} when they cannot be used
 */
export async function openWholeLike(data: RunConfig["data"], given: string): Promise<Dataset> {
  if (isBuiltIn(given)) {
    const { validation, train, test } = await openRunData(data, given);
    return concatenate([validation, train, test]);
  }
  const whole = await openWhole(given, { scale: data.scale, ...decodingFor(data, given) });
  return withPreprocess(whole, data.preprocess);
}

/** How the run's files were read; other files in their place have no splits of their own. */
function decodingFor({ decoding }: RunConfig["data"], given: string | undefined): OpenOptions {
  if (!decoding) return {};
  const { categories = {}, labelNames, validation, test, ...decisions } = decoding;
  if (given === undefined) return { ...decisions, ...(validation && { validation }), ...(test && { test }) };
  const columns = Object.entries(categories).map(([name, each]) => ({ name, categories: each }));
  return { ...decisions, like: { columns, labelNames } };
}
