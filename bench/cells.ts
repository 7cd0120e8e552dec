/** Uniform numbers in [0, 1): mulberry32. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Cells {
  /** cells × genes */
  readonly counts: Uint16Array;
  readonly clusters: Uint8Array;
  readonly genes: number;
}

/**
 * Made cells of 8 clusters: negative binomial counts (θ = 2) of about 60 % zeros, whose depth varies by e^(0.6·normal).
 * @param difference standard deviation of the logarithm of a cluster's expression of its own genes: the smaller, the more
 *   clusters overlap
 */
export function cells(count: number, genes: number, difference: number, seed: number): Cells {
  const next = uniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const exponential = () => -Math.log(1 - next());
  const base = Array.from({ length: genes }, () => -1.2 + 1.1 * normal());
  const shifts = Array.from({ length: 8 }, () =>
    Array.from({ length: genes }, () => (next() < 0.2 ? difference * normal() : 0)),
  );
  const counts = new Uint16Array(count * genes);
  const clusters = new Uint8Array(count);
  for (let cell = 0; cell < count; cell++) {
    const cluster = Math.floor(8 * next());
    clusters[cell] = cluster;
    const depth = Math.exp(0.6 * normal());
    for (let gene = 0; gene < genes; gene++) {
      const gamma = (exponential() + exponential()) / 2;
      counts[cell * genes + gene] = poisson(
        depth * Math.exp(base[gene]! + shifts[cluster]![gene]!) * gamma,
        exponential,
      );
    }
  }
  return { counts, clusters, genes };
}

function poisson(rate: number, exponential: () => number): number {
  let count = 0;
  for (let time = exponential(); time < rate; time += exponential()) count++;
  return count;
}

/** The adjusted Rand index of two partitions (Hubert & Arabie 1985): 1 where they agree, 0 on average by chance. */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const table = new Map<string, number>();
  const [rows, columns] = [new Map<number, number>(), new Map<number, number>()];
  const add = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let i = 0; i < a.length; i++) {
    add(table, `${a[i]},${b[i]}`);
    add(rows, a[i]!);
    add(columns, b[i]!);
  }
  const pairs = (counts: Iterable<number>) => [...counts].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const [together, byRow, byColumn] = [table, rows, columns].map((counts) => pairs(counts.values())) as [
    number,
    number,
    number,
  ];
  const expected = (byRow * byColumn) / pairs([a.length]);
  return (together - expected) / ((byRow + byColumn) / 2 - expected);
}

/** Clusters by Lloyd's algorithm from k-means++ starts; the best of `starts`. @param points n × dimensions */
export function kMeans(
  points: Float32Array,
  dimensions: number,
  k: number,
  seed: number,
  starts = 10,
): Uint8Array {
  const n = points.length / dimensions;
  const next = uniform(seed);
  let best: { labels: Uint8Array; cost: number } | undefined;
  const distance = (i: number, centre: Float64Array, at: number) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++)
      sum += (points[i * dimensions + d]! - centre[at * dimensions + d]!) ** 2;
    return sum;
  };
  for (let start = 0; start < starts; start++) {
    const centres = new Float64Array(k * dimensions);
    const place = (at: number, i: number) =>
      centres.set(points.subarray(i * dimensions, (i + 1) * dimensions), at * dimensions);
    place(0, Math.floor(n * next()));
    const nearest = Float64Array.from({ length: n }, (_, i) => distance(i, centres, 0));
    for (let at = 1; at < k; at++) {
      let rest = next() * nearest.reduce((sum, each) => sum + each, 0);
      let chosen = 0;
      while (chosen < n - 1 && rest >= nearest[chosen]!) rest -= nearest[chosen++]!;
      place(at, chosen);
      for (let i = 0; i < n; i++) nearest[i] = Math.min(nearest[i]!, distance(i, centres, at));
    }
    const labels = new Uint8Array(n);
    let cost = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 50; round++) {
      let total = 0;
      for (let i = 0; i < n; i++) {
        let least = Number.POSITIVE_INFINITY;
        for (let at = 0; at < k; at++) {
          const far = distance(i, centres, at);
          if (far < least) [least, labels[i]] = [far, at];
        }
        total += least;
      }
      const sizes = new Float64Array(k);
      centres.fill(0);
      for (let i = 0; i < n; i++) {
        sizes[labels[i]!]!++;
        for (let d = 0; d < dimensions; d++)
          centres[labels[i]! * dimensions + d]! += points[i * dimensions + d]!;
      }
      for (let at = 0; at < k * dimensions; at++)
        centres[at]! /= Math.max(1, sizes[Math.floor(at / dimensions)]!);
      if (total > cost * (1 - 1e-6)) break;
      cost = total;
    }
    if (!best || cost < best.cost) best = { labels: labels.slice(), cost };
  }
  return best!.labels;
}
