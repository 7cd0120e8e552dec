/** Sample sizes at which the bound is reported, as far as there are samples: each divides the next. */
const CURVE_SAMPLES = [1, 5, 50, 500, 5000, 50_000, 500_000];

/**
 * Estimates ln p(x) of one example from a stream of importance weights: memory does not grow with their
 * number.
 */
export class ImportanceEstimate {
  private count = 0;
  private sumOfLogs = 0;
  /** Each fills from the one before it, and what is in them now adds up to all weights so far. */
  private readonly groups: readonly Groups[];

  /** @param samples how many weights there will be */
  constructor(samples: number) {
    const sizes = curveSamples(samples).filter((size) => size > 1);
    this.groups = [...sizes, Number.POSITIVE_INFINITY].map((size) => new Groups(size));
  }

  /** @param logWeights ln w of further samples, in nats */
  add(logWeights: ArrayLike<number>): void {
    for (let i = 0; i < logWeights.length; i++) {
      const logWeight = logWeights[i]!;
      this.count++;
      this.sumOfLogs += logWeight;
      this.groups[0]!.current.add(logWeight);
      for (let level = 0; this.groups[level]!.isFull; level++)
        this.groups[level]!.moveTo(this.groups[level + 1]!);
    }
  }

  /** ln 1/k·Σ w over all k weights, in nats; −∞ when there are none. */
  get logLikelihood(): number {
    return this.all.logMean;
  }

  /** (Σ w)²/Σ w², from 1 to k: the number of equal weights with the same variance (Kong 1992). */
  get effectiveSampleSize(): number {
    const { sum, squares } = this.all;
    return sum ** 2 / squares;
  }

  /** The bound with k samples for each k of {@link curveSamples}, in nats: averaged over groups that share no sample. */
  get curve(): number[] {
    return [this.sumOfLogs / this.count, ...this.groups.slice(0, -1).map((groups) => groups.bound)];
  }

  private get all(): WeightSum {
    const all = new WeightSum();
    for (const { current } of this.groups) all.merge(current);
    return all;
  }
}

/** 1, 5, 50, 500 … up to the number of samples. */
export function curveSamples(samples: number): number[] {
  return CURVE_SAMPLES.filter((size) => size <= samples);
}

/** Σ w and Σ w² of weights given by their logarithms, as multiples of the largest: nothing overflows. */
class WeightSum {
  terms = 0;
  largest = Number.NEGATIVE_INFINITY;
  sum = 0;
  squares = 0;

  add(logWeight: number): void {
    this.terms++;
    if (logWeight !== Number.NEGATIVE_INFINITY) this.take(logWeight, 1, 1);
  }

  merge(other: WeightSum): void {
    this.terms += other.terms;
    if (other.sum !== 0) this.take(other.largest, other.sum, other.squares);
  }

  /** ln of the mean weight. */
  get logMean(): number {
    return this.largest + Math.log(this.sum / this.terms);
  }

  private take(largest: number, sum: number, squares: number): void {
    if (largest > this.largest) {
      const shrink = Math.exp(this.largest - largest);
      this.sum = this.sum * shrink + sum;
      this.squares = this.squares * shrink * shrink + squares;
      this.largest = largest;
    } else {
      const shrink = Math.exp(largest - this.largest);
      this.sum += sum * shrink;
      this.squares += squares * shrink * shrink;
    }
  }
}

/** Groups of a fixed number of consecutive weights. */
class Groups {
  current = new WeightSum();
  private readonly size: number;
  private completed = 0;
  private sumOfBounds = 0;

  constructor(size: number) {
    this.size = size;
  }

  get isFull(): boolean {
    return this.current.terms === this.size;
  }

  /** Adds the weights of a full group to the next larger group, and starts a new one. */
  moveTo(larger: Groups): void {
    this.sumOfBounds += this.current.logMean;
    this.completed++;
    larger.current.merge(this.current);
    this.current = new WeightSum();
  }

  /** The mean of ln 1/k·Σ w over the groups that were full. */
  get bound(): number {
    return this.sumOfBounds / this.completed;
  }
}
