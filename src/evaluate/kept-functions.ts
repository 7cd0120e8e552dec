import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";
import { RowFunction, type RowGraph } from "./row-function.ts";

/** Functions that are kept at a time: more than one model's verbs use with one number of samples each. */
const MOST_KEPT = 12;

/**
 * Compiled functions of one set of weights. Each is compiled when first used; the {@link MOST_KEPT} used last are kept until
 * `dispose`.
 */
export class KeptFunctions {
  readonly weights: Weights;
  private readonly engine: () => Promise<Runtime>;
  /** Least recently used first. */
  private readonly kept = new Map<string, Promise<RowFunction>>();
  /** Calls that use the engine. */
  private readonly underWay = new Set<Promise<unknown>>();
  /** Of functions that are no longer kept. */
  private readonly disposals = new Set<Promise<void>>();

  constructor(engine: () => Promise<Runtime>, weights: Weights) {
    this.engine = engine;
    this.weights = weights;
    dropped.register(this, this.kept);
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
    if (known) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known;
    }
    const compiling = this.engine().then((runtime) =>
      RowFunction.compile(runtime, this.weights, graph, options),
    );
    this.kept.set(key, compiling);
    compiling.catch(() => this.kept.delete(key));
    const [oldest] = this.kept;
    if (this.kept.size > MOST_KEPT && oldest) {
      this.kept.delete(oldest[0]);
      const disposal = this.freed([oldest[1]]).finally(() => this.disposals.delete(disposal));
      // `dispose` reports a failure; nobody else waits for it.
      disposal.catch(() => {});
      this.disposals.add(disposal);
    }
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
    const functions = [...this.kept.values()];
    this.kept.clear();
    await Promise.all([this.freed(functions), ...this.disposals]);
  }

  /** Frees functions that only calls under way can still use. */
  private async freed(functions: readonly Promise<RowFunction>[]): Promise<void> {
    await Promise.allSettled(this.underWay);
    await disposeAll(functions);
  }
}

async function disposeAll(functions: Iterable<Promise<RowFunction>>): Promise<void> {
  for (const each of await Promise.allSettled(functions))
    if (each.status === "fulfilled") await each.value.dispose();
}

/** Frees the sessions, and with them the threads, of models that were dropped without `dispose`. */
const dropped = new FinalizationRegistry<ReadonlyMap<string, Promise<RowFunction>>>((kept) => {
  disposeAll(kept.values()).catch(() => {});
});
