import { join } from "node:path";
import * as z from "zod";
import { RunError } from "../common/errors.ts";
import { readRunFile } from "./checksums.ts";
import { RUN_FILES } from "./paths.ts";

const failure = z.object({ message: z.string() });

/** @throws {RunError} when the file cannot be read or is damaged */
export async function readFailure(folder: string): Promise<string> {
  const path = join(folder, RUN_FILES.failure);
  try {
    return failure.parse(JSON.parse((await readRunFile(folder, RUN_FILES.failure)).toString())).message;
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(`${path} does not say why a training failed: delete it`, { cause: error });
  }
}
