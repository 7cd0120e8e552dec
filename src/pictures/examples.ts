import { ConfigError, DataError } from "../common/errors.ts";
import { type Dataset, take } from "../data/dataset.ts";
import type { Posteriors } from "./latent-view.ts";

/** @throws {DataError} for a split without labels @param needs what for, as in `a morph needs labels` */
export function labelsOf(data: Dataset, needs: string): ArrayLike<number> & Iterable<number> {
  if (!data.labels) throw new DataError(`${data.name} has no labels and ${needs}: use data with labels`);
  return data.labels;
}

/** @returns indices of the examples of a class @throws {DataError} for a class without examples */
export function membersOf(data: Dataset, label: number, needs: string): number[] {
  const labels = Array.from(labelsOf(data, needs));
  const members = labels.flatMap((each, index) => (each === label ? [index] : []));
  if (members.length > 0) return members;
  const known = [...new Set(labels)].sort((a, b) => a - b).slice(0, 20);
  throw new DataError(
    `no ${data.split} example of ${data.name} has label ${label}: choose from ${known.join(", ")}`,
  );
}

/** The example whose posterior mean lies nearest to the mean of its class: a typical one. */
export function typicalMember({ mean }: Posteriors, latent: number, members: readonly number[]): number {
  const centre = Float64Array.from(
    { length: latent },
    (_, at) => members.reduce((sum, index) => sum + mean[index * latent + at]!, 0) / members.length,
  );
  const distance = (index: number) =>
    centre.reduce((sum, value, at) => sum + (mean[index * latent + at]! - value) ** 2, 0);
  return members.reduce((best, index) => (distance(index) < distance(best) ? index : best));
}

/** Posterior mean of an example. */
export function meanOf({ mean }: Posteriors, latent: number, index: number): Float32Array {
  return mean.slice(index * latent, (index + 1) * latent);
}

/** @throws {DataError} for an index past the end */
export function requireExamples(data: Dataset, indices: readonly number[]): void {
  take(data, indices);
}

/** Such as `example 18 (3)`, the latter its class where it is known. */
export function exampleName({ labels, schema }: Dataset, index: number): string {
  const label = labels?.[index];
  if (label === undefined || label < 0) return `example ${index}`;
  return `example ${index} (${schema.labelNames?.[label] ?? label})`;
}

/** The name of a class, or its number. */
export function className({ schema }: Dataset, label: number): string {
  return schema.labelNames?.[label] ?? `${label}`;
}

/** @throws {ConfigError} unless two labels were given */
export function requirePair(labels: readonly number[] | undefined, example: string): [number, number] {
  const [first, second] = labels ?? [];
  if (labels?.length !== 2)
    throw new ConfigError(
      labels ? `--labels has ${labels.length}: give two, as in ${example}` : `give two classes: ${example}`,
    );
  return [first!, second!];
}
