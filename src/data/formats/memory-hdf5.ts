import { File as Hdf5File, ready } from "h5wasm";
import { DataError } from "../../common/errors.ts";
import type { Hdf5Opener } from "./hdf5.ts";

/** WebAssembly has no more memory for a file. */
const LARGEST_IN_MEMORY = 2 ** 31 - 2 ** 20;

let opened = 0;

/** @throws {DataError} when the file is larger than 2 GiB or no HDF5 */
export const hdf5InMemory: Hdf5Opener = async (source) => {
  if (source.size > LARGEST_IN_MEMORY)
    throw new DataError(
      `${source.name} has ${source.size} bytes; at most 2 GiB can be opened here: use vaekit on the command line`,
    );
  const { FS } = await ready;
  const path = `/read-${opened++}.h5`;
  FS!.writeFile(path, await source.read(0, source.size));
  const file = new Hdf5File(path, "r");
  const close = () => {
    file.close();
    FS!.unlink(path);
  };
  return { root: file, close };
};
