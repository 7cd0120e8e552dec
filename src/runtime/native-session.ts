import { VaekitError } from "../common/errors.ts";
import type { Helper, HelperTask } from "../threads/helper.ts";
import { type BoundBuffer, boundBuffers, checkAttached, checkBuffers, type Signature } from "./buffers.ts";
import { check, type Library, type OrtApi, type Pointer } from "./c-api.ts";
import { type BoundPart, JointBinding } from "./joint-binding.ts";
import { readSignature } from "./native-signature.ts";
import { NativeValues } from "./native-values.ts";
import type { Binding, BoundTensors, Session, TensorBuffers } from "./session.ts";

/** What all sessions share. */
interface Engine {
  readonly library: Library;
  /** `OrtMemoryInfo` of the caller's memory. */
  readonly memory: Pointer;
  /** `Run` by a helper. */
  runBy(helper: Helper): HelperTask;
}

export function createEngine(library: Library, memory: Pointer): Engine {
  const learnt = new WeakMap<Helper, HelperTask>();
  return {
    library,
    memory,
    runBy(helper) {
      const task = learnt.get(helper) ?? helper.learn(library.runTask);
      learnt.set(helper, task);
      return task;
    },
  };
}

/** A loaded model. */
export class NativeSession implements Session {
  readonly threads: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #engine: Engine;
  readonly #helpers: readonly Helper[];
  readonly #signature: Signature;
  readonly #bindings = new Set<JointBinding>();
  #pointer: Pointer | null;

  /**
   * @param pointer the engine's session, which is released when this one is disposed of
   * @param options.helpers run parts of joint bindings while the caller runs one
   */
  constructor(
    engine: Engine,
    pointer: Pointer,
    { threads, helpers }: { threads: number; helpers: readonly Helper[] },
  ) {
    this.threads = threads;
    this.#engine = engine;
    this.#helpers = helpers;
    this.#pointer = pointer;
    this.#signature = readSignature(engine.library, pointer);
    this.inputNames = this.#signature.inputs.map(({ name }) => name);
    this.outputNames = this.#signature.outputs.map(({ name }) => name);
  }

  bind(inputs: TensorBuffers, outputs: TensorBuffers): Binding {
    return this.bindTogether([{ inputs, outputs }]);
  }

  bindTogether(parts: readonly BoundTensors[]): Binding {
    const pointer = this.#pointer;
    if (pointer === null) throw new VaekitError("the session was disposed; create another");
    checkBuffers(this.#signature, parts);
    const bound = parts.map((part, index) => this.#bindPart(pointer, part, this.#helpers[index - 1]));
    return new JointBinding(bound, this.#bindings);
  }

  async dispose(): Promise<void> {
    const pointer = this.#pointer;
    if (pointer === null) return;
    this.#pointer = null;
    await Promise.all(Array.from(this.#bindings, (binding) => binding.end()));
    this.#engine.library.api.ReleaseSession(pointer);
  }

  #bindPart(pointer: Pointer, part: BoundTensors, helper: Helper | undefined): BoundPart {
    const { api } = this.#engine.library;
    const run = new NativeRun(this.#engine, pointer, part);
    const task = helper && this.#engine.runBy(helper);
    return {
      run: async () => check(api, api.Run(...run.arguments())),
      ...(task && {
        begin: () => {
          const end = task.begin(run.arguments().map((value) => BigInt(value ?? 0)));
          return () => check(api, end() || null);
        },
      }),
      release: () => run.release(),
    };
  }
}

/** What a run is called with, which must be held until it is over. */
class NativeRun {
  readonly #session: Pointer;
  readonly #inputs: NativeValues;
  readonly #outputs: NativeValues;
  readonly #buffers: readonly BoundBuffer[];

  constructor({ library, memory }: Engine, session: Pointer, { inputs, outputs }: BoundTensors) {
    this.#session = session;
    this.#inputs = new NativeValues(library, memory, inputs);
    this.#outputs = new NativeValues(library, memory, outputs);
    this.#buffers = boundBuffers(inputs, outputs);
  }

  /** @throws VaekitError if bound memory was detached or resized */
  arguments(): Parameters<OrtApi["Run"]> {
    checkAttached(this.#buffers);
    const { names, values, count } = this.#inputs;
    const { names: outputNames, values: outputValues, count: outputCount } = this.#outputs;
    return [this.#session, null, names, values, count, outputNames, outputCount, outputValues];
  }

  release(): void {
    this.#inputs.dispose();
    this.#outputs.dispose();
  }
}
