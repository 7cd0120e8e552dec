import type { LabelledFeatures } from "./labelled-features.ts";

/**
 * The class that most of the k nearest reference points have (Cover & Hart 1967), by Euclidean distance; of classes
 * with as many, that of the nearest.
 * @param queries [points, dimensions], row-major
 */
export function nearestNeighbourClasses(
  { features, labels, dimensions }: LabelledFeatures,
  queries: Float32Array,
  k: number,
): Int32Array {
  const references = features.length / dimensions;
  const nearest = Math.min(k, references);
  return Int32Array.from({ length: queries.length / dimensions }, (_, query) => {
    const distances = new Float64Array(nearest).fill(Number.POSITIVE_INFINITY);
    const classes = new Int32Array(nearest);
    for (let reference = 0; reference < references; reference++) {
      let distance = 0;
      const furthest = distances[nearest - 1]!;
      for (let d = 0; d < dimensions; d++) {
        const difference = queries[query * dimensions + d]! - features[reference * dimensions + d]!;
        distance += difference * difference;
      }
      if (distance >= furthest) continue;
      let place = nearest - 1;
      for (; place > 0 && distances[place - 1]! > distance; place--) {
        distances[place] = distances[place - 1]!;
        classes[place] = classes[place - 1]!;
      }
      distances[place] = distance;
      classes[place] = labels[reference]!;
    }
    return mostFrequent(classes);
  });
}

/** Of those as frequent, the one that comes first. */
function mostFrequent(classes: Int32Array): number {
  const counts = new Map<number, number>();
  for (const each of classes) counts.set(each, (counts.get(each) ?? 0) + 1);
  let best = classes[0]!;
  for (const [each, count] of counts) if (count > counts.get(best)!) best = each;
  return best;
}
