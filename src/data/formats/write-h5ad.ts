import { File as Hdf5File, ready } from "h5wasm";
import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { isGroup } from "./hdf5.ts";

/** Two copies are in memory while one is written. */
const LARGEST = 2 ** 30;

let written = 0;

/**
 * A copy of an `.h5ad` file with the latents as obsm["X_vae"], which Scanpy takes by `use_rep="X_vae"`. A file that
 * has some already is refused; nothing else changes, and the file itself stays as it is.
 *
 * @param latents rows × dimensions, row-major, in the order of the file's rows
 * @throws {DataError} when the file is larger than 1 GiB or no `.h5ad` file, or has another number of rows
 */
export async function h5adWithLatents(
  source: Source,
  latents: Float32Array,
  dimensions: number,
): Promise<Uint8Array> {
  if (source.size > LARGEST)
    throw new DataError(`${source.name} has ${source.size} bytes; at most 1 GiB can be copied: write .npy`);
  const { FS } = await ready;
  const path = `/write-${written++}.h5`;
  FS!.writeFile(path, (await source.read(0, source.size)).slice());
  const file = new Hdf5File(path, "a");
  try {
    const obs = file.get("obs");
    if (!isGroup(obs)) throw new DataError(`${source.name} has no group obs; an .h5ad file has one`);
    const index = obs.get(String(obs.attrs._index?.value ?? "_index")) as { shape?: number[] } | null;
    const rows = latents.length / dimensions;
    if (index?.shape?.[0] !== rows)
      throw new DataError(`${source.name} has ${index?.shape?.[0]} rows where ${rows} latents were made`);
    const obsm = file.get("obsm");
    const group = isGroup(obsm) ? obsm : file.create_group("obsm");
    if (group.keys().includes("X_vae"))
      throw new DataError(`${source.name} has obsm["X_vae"] already: delete it first`);
    const made = group.create_dataset({ name: "X_vae", data: latents, shape: [rows, dimensions] });
    made.create_attribute("encoding-type", "array");
    made.create_attribute("encoding-version", "0.2.0");
    file.flush();
  } finally {
    file.close();
  }
  const bytes = FS!.readFile(path);
  FS!.unlink(path);
  return bytes;
}
