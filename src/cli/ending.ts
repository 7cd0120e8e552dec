/** What `vaekit train` makes after a training: pictures, then the report. */
import { RunError } from "../common/errors.ts";
import { hasCode } from "../files/file-error.ts";
import { Checksums, readRunFile } from "../run/checksums.ts";
import { RUN_FILES } from "../run/paths.ts";

/** Pictures of every run, of a latent plane, and of any other latent space. */
const OF_ALL = ["reconstructions", "samples"];
const OF_PLANES = ["latent", "manifold", "tableau"];
const OF_OTHERS = ["traversal"];

/** @param latent dimensions */
export function lastPictures(latent: number): string[] {
  return [...OF_ALL, ...(latent === 2 ? OF_PLANES : OF_OTHERS)];
}

/** Whether pictures and report are there, whole, and were made after the model. */
export async function endingIsMade(directory: string, latent: number): Promise<boolean> {
  const pictures = lastPictures(latent).map((name) => `${RUN_FILES.plots}/${name}.png`);
  for (const file of [...pictures, RUN_FILES.report]) {
    const checksums = await Checksums.read(directory);
    if (!(await isWhole(directory, file))) return false;
    if (checksums && !checksums.isAfter(file, RUN_FILES.model)) return false;
  }
  return true;
}

async function isWhole(directory: string, file: string): Promise<boolean> {
  try {
    await readRunFile(directory, file);
    return true;
  } catch (error) {
    if (error instanceof RunError || hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
