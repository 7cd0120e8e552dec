/** Sample sizes at which the bound is told, as far as there are samples: each divides the next. */
const CURVE_SAMPLES = [1, 5, 50, 500, 5000, 50_000, 500_000];

/**
 * What the importance weights of one example say about ln p(x), from a stream of them: memory does not grow with their
 * number, and nothing overflows, because the largest weight so far is taken out of each sum.
 */
export class ImportanceEstimate {
  private readonly levels: Level[] = [];
  private count = 0;
  private largest = Number.NEGATIVE_INFINITY;
  private sum = 0;
  private squares = 0;

  /** @param samples how many weights there will be */
  constructor(samples: number) {
    for (const size of curveSamples(samples)) this.levels.push(new Level(size));
  }

  /** @param logWeight ln w in nats */
  add(logWeight: number): void {
    this.count++;
    if (Number.isNaN(logWeight)) this.sum = Number.NaN;
    else if (logWeight > this.largest) {
      const shrink = Math.exp(this.largest - logWeight);
      this.sum = this.sum * shrink + 1;
      this.squares = this.squares * shrink * shrink + 1;
      this.largest = logWeight;
    } else if (this.largest > Number.NEGATIVE_INFINITY) {
      const weight = Math.exp(logWeight - this.largest);
      this.sum += weight;
      this.squares += weight * weight;
    }
    let [logSum, terms] = [logWeight, 1];
    for (const level of this.levels) {
      if (!level.add(logSum, terms)) break;
      [logSum, terms] = [level.completed, level.size];
    }
  }

  /** ln 1/k·Σ w over all k weights, in nats; −∞ when there are none. */
  get logLikelihood(): number {
    return this.largest + Math.log(this.sum / this.count);
  }

  /** (Σ w)²/Σ w², from 1 to k: how many equal weights would be worth as much (Kong 1992). */
  get effectiveSampleSize(): number {
    return this.sum ** 2 / this.squares;
  }

  /** The bound with k samples for each k of {@link curveSamples}, in nats: averaged over groups that share no sample. */
  get curve(): number[] {
    return this.levels.map((level) => level.bound);
  }
}

/** 1, 5, 50, 500 … up to as many as there are. */
export function curveSamples(samples: number): number[] {
  return CURVE_SAMPLES.filter((size) => size <= samples);
}

/** ln of means over groups of so many weights. */
class Level {
  readonly size: number;
  /** ln of the sum of the group that was completed last. */
  completed = 0;
  private largest = Number.NEGATIVE_INFINITY;
  private sum = 0;
  private terms = 0;
  private groups = 0;
  private total = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** Takes in ln of the sum of `terms` weights. @returns whether this completed a group */
  add(logSum: number, terms: number): boolean {
    if (logSum > this.largest) {
      this.sum = this.sum * Math.exp(this.largest - logSum) + 1;
      this.largest = logSum;
    } else if (this.largest > Number.NEGATIVE_INFINITY || Number.isNaN(logSum))
      this.sum += Math.exp(logSum - this.largest);
    this.terms += terms;
    if (this.terms < this.size) return false;
    this.completed = this.largest + Math.log(this.sum);
    this.total += this.completed - Math.log(this.size);
    this.groups++;
    this.largest = Number.NEGATIVE_INFINITY;
    this.sum = 0;
    this.terms = 0;
    return true;
  }

  get bound(): number {
    return this.total / this.groups;
  }
}
