import { type Library, output, type Pointer } from "./c-api.ts";
import { ELEMENT_TYPE_CODE } from "./native-signature.ts";
import type { TensorBuffer, TensorBuffers } from "./session.ts";

const encoder = new TextEncoder();

/** Named `OrtValue`s over the caller's memory, laid out the way `OrtApi::Run` takes them. */
export class NativeValues {
  readonly count: number;
  /** `const char* const*` */
  readonly names: Pointer;
  /** `OrtValue**` */
  readonly values: Pointer;
  readonly #values: BigUint64Array;
  readonly #library: Library;
  /** Held so that the memory behind the pointers is not collected. */
  readonly #held: ArrayBufferView[] = [];

  constructor(library: Library, memory: Pointer, buffers: TensorBuffers) {
    const entries = Object.entries(buffers);
    this.#library = library;
    this.count = entries.length;
    this.#values = BigUint64Array.from(entries, ([, buffer]) => this.#createValue(memory, buffer));
    this.values = this.#addressOf(this.#values);
    this.names = this.#addressOf(
      BigUint64Array.from(entries, ([name]) => this.#addressOf(encoder.encode(`${name}\0`))),
    );
  }

  dispose(): void {
    for (const value of this.#values) this.#library.api.ReleaseValue(value);
  }

  #createValue(memory: Pointer, { type, shape, data }: TensorBuffer): Pointer {
    const { api } = this.#library;
    const address = this.#addressOf(data);
    const dimensions = BigInt64Array.from(shape, BigInt);
    return output<Pointer>(api, (out) =>
      api.CreateTensorWithDataAsOrtValue(
        memory,
        address,
        data.byteLength,
        dimensions,
        shape.length,
        ELEMENT_TYPE_CODE[type],
        out,
      ),
    );
  }

  #addressOf(view: ArrayBufferView): Pointer {
    this.#held.push(view);
    return this.#library.addressOf(view);
  }
}
