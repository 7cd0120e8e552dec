import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";
import { RowFunction, type RowGraph } from "./row-function.ts";

/** Compiled functions of one set of weights: each is compiled when first used and kept until `dispose`. */
export class KeptFunctions {
  readonly weights: Weights;
  private readonly engine: () => Promise<Runtime>;
  private readonly kept = new Map<string, Promise<RowFunction>>();
  /** Calls that use the engine. */
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(engine: () => Promise<Runtime>, weights: Weights) {
    this.engine = engine;
    this.weights = weights;
  }

  /**
   * The function of this key, compiled if need be. A compilation that fails is not kept: the next call tries again.
   * @param key names the graph and everything it is built from, such as the number of samples
   */
  compiled(
    key: string,
    graph: RowGraph,
    options: { chunkRows?: number; frozen?: boolean } = {},
  ): Promise<RowFunction> {
    const known = this.kept.get(key);
    if (known) return known;
    const compiling = this.engine().then((runtime) =>
      RowFunction.compile(runtime, this.weights, graph, options),
    );
    this.kept.set(key, compiling);
    compiling.catch(() => this.kept.delete(key));
    return compiling;
  }

  /** Does work whose functions must not be disposed before it ends. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.underWay.add(running);
    try {
      return await running;
    } finally {
      this.underWay.delete(running);
    }
  }

  /** Frees the functions after the calls under way have ended. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.underWay);
    const functions = await Promise.allSettled(this.kept.values());
    this.kept.clear();
    for (const each of functions) if (each.status === "fulfilled") await each.value.dispose();
  }
}
