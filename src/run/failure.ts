import { readFile } from "node:fs/promises";
import * as z from "zod";
import { RunError } from "../common/errors.ts";

const failure = z.object({ message: z.string() });

/** @throws {RunError} when the file cannot be read or is damaged */
export async function readFailure(path: string): Promise<string> {
  try {
    return failure.parse(JSON.parse(await readFile(path, "utf8"))).message;
  } catch (error) {
    throw new RunError(`${path} does not say why a training failed: delete it`, { cause: error });
  }
}
