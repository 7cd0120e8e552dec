import { KeptFunctions } from "../evaluate/kept-functions.ts";
import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";

/** The compiled functions of a model's current weights: they are replaced when the weights are. */
export class CurrentFunctions {
  private readonly engine: () => Promise<Runtime>;
  private kept: KeptFunctions | undefined;
  /** Of functions whose weights have been replaced. */
  private readonly disposals = new Set<Promise<void>>();

  constructor(engine: () => Promise<Runtime>) {
    this.engine = engine;
  }

  /**
   * Does work with functions of these weights.
   * @param areChanging whether training changes the weights in place: some functions hold copies of them, so that none
   *   are kept for the next call
   */
  async use<T>(
    weights: Weights,
    areChanging: boolean,
    work: (functions: KeptFunctions) => Promise<T>,
  ): Promise<T> {
    if (areChanging) {
      const functions = new KeptFunctions(this.engine, weights);
      try {
        return await functions.use(() => work(functions));
      } finally {
        await functions.dispose();
      }
    }
    if (this.kept?.weights !== weights) {
      this.release();
      this.kept = new KeptFunctions(this.engine, weights);
    }
    const { kept } = this;
    return kept!.use(() => work(kept!));
  }

  /** Frees all functions once calls under way are over. */
  async dispose(): Promise<void> {
    this.release();
    await Promise.all(this.disposals);
  }

  private release(): void {
    const disposal = this.kept?.dispose();
    this.kept = undefined;
    if (!disposal) return;
    const ended: Promise<void> = disposal.finally(() => this.disposals.delete(ended));
    // `dispose` reports a failure; nobody else waits for it.
    ended.catch(() => {});
    this.disposals.add(ended);
  }
}
