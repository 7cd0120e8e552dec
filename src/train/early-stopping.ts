import type { Weights } from "../models/weights.ts";
import type { BestSoFar } from "./checkpoint.ts";

type Values = Pick<Weights, "parameters" | "states">;

/** Keeps the best validation, and says when to stop. */
export class EarlyStopping {
  private readonly patience: number;
  private record: BestSoFar | undefined;

  /**
   * @param patience validations without improvement after which to stop; 0: never, and no weights are kept
   * @param resumed state of a training with patience; without patience no weights were kept to restore
   */
  constructor(patience: number, resumed?: BestSoFar) {
    this.patience = patience;
    this.record = patience > 0 && !resumed?.parameters ? undefined : resumed;
  }

  get best(): BestSoFar | undefined {
    return this.record;
  }

  get exhausted(): boolean {
    return this.patience > 0 && (this.record?.age ?? 0) >= this.patience;
  }

  /** @param elbo what training maximises, on the validation data @returns whether this validation is the best so far */
  observe(iteration: number, elbo: number, { parameters, states }: Values): boolean {
    const improved = !this.record || elbo > this.record.elbo;
    if (!improved) this.record = { ...this.record!, age: this.record!.age + 1 };
    else {
      const copies = this.patience > 0 ? { parameters: parameters.slice(), states: states.slice() } : {};
      this.record = { iteration, elbo, age: 0, ...copies };
    }
    return improved;
  }

  /** Puts the best weights back, if any were kept. @returns the iteration they are from */
  restore({ parameters, states }: Values): number | undefined {
    const best = this.record;
    if (!best?.parameters || !best.states) return undefined;
    parameters.set(best.parameters);
    states.set(best.states);
    return best.iteration;
  }
}
