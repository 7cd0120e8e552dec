import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../common/errors.ts";
import { fileError, hasCode } from "../files/file-error.ts";
import { readRunFile, writeRunFile } from "./checksums.ts";
import { formatConfig, parseConfig, type RunConfig, type RunConfigInput } from "./config.ts";
import { RUN_FILES } from "./paths.ts";

/** @throws {ConfigError} when the configuration is not one, {@link RunError} when it cannot be written */
export async function writeConfig(folder: string, config: RunConfigInput): Promise<void> {
  await writeRunFile(folder, RUN_FILES.config, formatConfig(config));
}

/** Whether a file is the configuration of a run, of whatever version, and not another program's. */
export async function isRunConfig(path: string): Promise<boolean> {
  const content = await readFile(path, "utf8").catch((error) => {
    throw fileError(`cannot read ${path}`, error);
  });
  try {
    return typeof JSON.parse(content).formatVersion === "number";
  } catch {
    return false;
  }
}

/** @throws {RunError} when the file is missing, damaged, or of a newer version of vaekit */
export async function readConfig(folder: string): Promise<RunConfig> {
  const path = join(folder, RUN_FILES.config);
  return parseConfig(path, await readText(folder, path));
}

async function readText(folder: string, path: string): Promise<string> {
  try {
    return (await readRunFile(folder, RUN_FILES.config)).toString("utf8");
  } catch (error) {
    if (error instanceof RunError) throw error;
    if (hasCode(error, "ENOENT"))
      throw new RunError(`${folder} has no ${RUN_FILES.config}: give the folder of a run`, { cause: error });
    throw fileError(`cannot read ${path}`, error);
  }
}
