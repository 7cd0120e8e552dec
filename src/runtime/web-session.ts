/** A model in the WebAssembly engine. What is bound is copied into the engine's memory before a run and back after it. */
import { VaekitError } from "../common/errors.ts";
import { checkBuffers } from "./buffers.ts";
import { type BoundPart, JointBinding } from "./joint-binding.ts";
import type { Binding, BoundTensors, Session, TensorBuffers } from "./session.ts";
import { type LoadedModel, releaseModel } from "./web-model.ts";
import { WebRun } from "./web-run.ts";

export class WebSession implements Session {
  readonly threads: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  // Private, because a failed assertion that printed the engine would print its memory.
  readonly #model: LoadedModel;
  readonly #second: LoadedModel | undefined;
  readonly #bindings = new Set<JointBinding>();
  #isDisposed = false;

  /** @param second the same model in an engine on another thread, which runs the second part of joint bindings */
  constructor(model: LoadedModel, second?: LoadedModel) {
    this.threads = second ? 2 : 1;
    this.#model = model;
    this.#second = second;
    this.inputNames = model.signature.inputs.map(({ name }) => name);
    this.outputNames = model.signature.outputs.map(({ name }) => name);
  }

  bind(inputs: TensorBuffers, outputs: TensorBuffers): Binding {
    return this.bindTogether([{ inputs, outputs }]);
  }

  bindTogether(parts: readonly BoundTensors[]): Binding {
    if (this.#isDisposed) throw new VaekitError("the session was disposed; create another");
    checkBuffers(this.#model.signature, parts);
    const bound = parts.map((part, index): BoundPart => {
      const isElsewhere = this.#second !== undefined && index === 1;
      const run = new WebRun(isElsewhere ? this.#second! : this.#model, part);
      return {
        run: async () => run.run(),
        ...(isElsewhere && { begin: () => run.begin() }),
        release: () => run.release(),
      };
    });
    return new JointBinding(bound, this.#bindings);
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await Promise.all(Array.from(this.#bindings, (binding) => binding.end()));
    releaseModel(this.#model);
    if (this.#second) releaseModel(this.#second);
  }
}
