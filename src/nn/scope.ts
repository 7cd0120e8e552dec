import { input } from "../graph/build.ts";
import type { Shape, Tensor } from "../graph/node.ts";
import type { Initializer } from "./initializers.ts";

/** A trainable tensor: what a checkpoint stores and an optimizer changes. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Whether weight decay and L2 apply: weights yes, biases and scales no. */
  readonly decay: boolean;
}

/** Random numbers that a graph takes as an input of this name and shape, redrawn at every step. */
export type NoiseSpec = { readonly name: string; readonly shape: Shape } & (
  | { readonly distribution: "normal" }
  /** 1/keepProbability with probability keepProbability, otherwise 0. */
  | { readonly distribution: "dropout"; readonly keepProbability: number }
);

/** A tensor that training carries from step to step without differentiating, such as a running mean. */
export interface StateSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initial: number;
}

/**
 * Collects parameters, states and noise while a network is built. Parameters and states of the same name are shared,
 * so a network may be applied several times; each application gets its own noise.
 */
export class Trace {
  readonly training: boolean;
  readonly parameters: Map<string, { spec: ParameterSpec; tensor: Tensor }>;
  readonly noises = new Map<string, { spec: NoiseSpec; tensor: Tensor }>();
  readonly states: Map<string, { spec: StateSpec; tensor: Tensor; next: Tensor }>;
  /** Results of layers by name, in the order of computation: for diagnosis. */
  readonly activations = new Map<string, Tensor>();

  /**
   * @param options.training whether dropout is on and normalisation uses the batch's own statistics
   * @param options.sharing a trace whose parameters and states this one shares
   */
  constructor({ training, sharing }: { training: boolean; sharing?: Trace }) {
    this.training = training;
    this.parameters = sharing?.parameters ?? new Map();
    this.states = sharing?.states ?? new Map();
  }

  /** The same parameters in evaluation mode: without dropout, normalised by the running statistics. */
  evaluating(): Trace {
    return this.training ? new Trace({ training: false, sharing: this }) : this;
  }

  scope(name: string): Scope {
    return new Scope(this, name);
  }
}

/** A scope in a trace: prefixes every name with its own, as in `encoder.0.weight`. */
export class Scope {
  readonly path: string;
  private readonly trace: Trace;

  constructor(trace: Trace, path: string) {
    this.trace = trace;
    this.path = path;
  }

  get training(): boolean {
    return this.trace.training;
  }

  child(name: string | number): Scope {
    return new Scope(this.trace, `${this.path}.${name}`);
  }

  parameter(name: string, shape: Shape, initializer: Initializer, { decay }: { decay: boolean }): Tensor {
    const full = `${this.path}.${name}`;
    const known = this.trace.parameters.get(full);
    if (known) return known.tensor;
    const tensor = input(full, shape);
    this.trace.parameters.set(full, { spec: { name: full, shape, initializer, decay }, tensor });
    return tensor;
  }

  /** Standard normal noise. */
  normalNoise(name: string, shape: Shape): Tensor {
    const full = this.freshNoiseName(name);
    return this.addNoise({ name: full, shape, distribution: "normal" });
  }

  /** A dropout mask: 1/keepProbability with probability keepProbability, otherwise 0. */
  dropoutMask(name: string, shape: Shape, keepProbability: number): Tensor {
    const full = this.freshNoiseName(name);
    return this.addNoise({ name: full, shape, distribution: "dropout", keepProbability });
  }

  /** The value before this step; {@link updateState} gives the one after it. */
  state(name: string, shape: Shape, initial: number): Tensor {
    const full = `${this.path}.${name}`;
    const known = this.trace.states.get(full);
    if (known) return known.next;
    const tensor = input(full, shape);
    this.trace.states.set(full, { spec: { name: full, shape, initial }, tensor, next: tensor });
    return tensor;
  }

  updateState(name: string, next: Tensor): void {
    this.trace.states.get(`${this.path}.${name}`)!.next = next;
  }

  /** Records a result under this scope's name, and returns it. */
  record(tensor: Tensor): Tensor {
    this.trace.activations.set(this.path, tensor);
    return tensor;
  }

  private freshNoiseName(name: string): string {
    const full = `${this.path}.${name}`;
    let candidate = full;
    for (let again = 2; this.trace.noises.has(candidate); again++) candidate = `${full}.${again}`;
    return candidate;
  }

  private addNoise(spec: NoiseSpec): Tensor {
    const tensor = input(spec.name, spec.shape);
    this.trace.noises.set(spec.name, { spec, tensor });
    return tensor;
  }
}
