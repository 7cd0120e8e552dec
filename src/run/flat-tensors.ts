import { RunError } from "../common/errors.ts";
import { elementName, type StoredTensor } from "../files/safetensors.ts";
import { sameShape } from "../graph/node.ts";
import { namedTensors, type ParameterLayout, sliceView } from "../nn/parameters.ts";

/** The tensors of a flat buffer, as views, each name with the prefix before it. */
export function tensorsOf(
  layout: ParameterLayout,
  flat: Float32Array,
  prefix = "",
): [string, StoredTensor][] {
  return Object.entries(namedTensors(layout, flat, prefix));
}

/** Puts the tensors of a file back into flat buffers, and sees that none is missing and none is left over. */
export class TensorCollection {
  private readonly path: string;
  private readonly tensors: Map<string, StoredTensor>;

  /** @param path names the file in messages */
  constructor(path: string, tensors: ReadonlyMap<string, StoredTensor>) {
    this.path = path;
    this.tensors = new Map(tensors);
  }

  /**
   * @returns a flat buffer of this layout, its gaps 0
   * @throws {RunError} when a tensor is missing, or is not of the layout's shape and float32
   */
  take(layout: ParameterLayout, prefix = ""): Float32Array<ArrayBuffer> {
    const flat = new Float32Array(layout.length);
    for (const slice of layout.slices) {
      const name = `${prefix}${slice.name}`;
      const tensor = this.tensors.get(name);
      if (!tensor) throw this.unfit(`has no tensor ${name}`);
      const { shape, data } = tensor;
      if (!(data instanceof Float32Array))
        throw this.unfit(`has tensor ${name} as ${elementName(data)} instead of F32`);
      if (!sameShape(shape, slice.shape))
        throw this.unfit(
          `has tensor ${name} of shape [${shape.join(", ")}] instead of [${slice.shape.join(", ")}]`,
        );
      sliceView(flat, slice).set(data);
      this.tensors.delete(name);
    }
    return flat;
  }

  /** @throws {RunError} when there are tensors that were not taken */
  assertEmpty(): void {
    const [name] = this.tensors.keys();
    if (name !== undefined) throw this.unfit(`has a tensor ${name}, which the model does not have`);
  }

  private unfit(problem: string): RunError {
    return new RunError(`${this.path} ${problem}: it needs the file of the model in config.json`);
  }
}
