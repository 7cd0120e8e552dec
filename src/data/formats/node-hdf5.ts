import { File as Hdf5File, ready } from "h5wasm/node";
import type { Hdf5Opener } from "./hdf5.ts";
import { hdf5InMemory } from "./memory-hdf5.ts";

/** Reads from disk where the source's name is a path, so that files may be larger than memory; else from memory. */
export const nodeHdf5: Hdf5Opener = async (source) => {
  const { FS } = await ready;
  let size = -1;
  try {
    size = FS!.stat(source.name).size;
  } catch {
    return hdf5InMemory(source);
  }
  if (size !== source.size) return hdf5InMemory(source);
  const file = new Hdf5File(source.name, "r");
  return { root: file, close: () => file.close() };
};
