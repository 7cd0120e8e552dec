import { writeFileAtomic } from "./atomic.ts";
import { encodeSafetensors, type TensorFile } from "./safetensors.ts";

/** Written at once or not at all. @throws {RunError} when the system refuses */
export async function writeSafetensors(path: string, file: TensorFile): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(file));
}
