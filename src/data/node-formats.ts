import { nativePackage } from "../common/native-package.ts";
import type { FolderFormat, Format } from "./formats/format.ts";
import { type Decoders, fileFormats, folderFormats } from "./formats/known-formats.ts";

/** Node's functions for the formats; libraries are loaded on first use. */
const DECODERS: Decoders = {
  pictures: {
    async decode(...picture) {
      const load = () => import("./formats/sharp-decoder.ts");
      const { sharpDecoder } = await nativePackage("sharp", "reads images", load);
      return sharpDecoder.decode(...picture);
    },
  },
  hdf5: async (source) => (await import("./formats/node-hdf5.ts")).nodeHdf5(source),
};

export const FILE_FORMATS: readonly Format[] = fileFormats(DECODERS);
export const FOLDER_FORMATS: readonly FolderFormat[] = folderFormats(DECODERS);
