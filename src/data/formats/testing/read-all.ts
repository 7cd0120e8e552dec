import { readFileSync } from "node:fs";
import { memorySource, type Source } from "../../source.ts";
import type { Format, Reading, ReadOptions } from "../format.ts";

/** A file made by the format's reference tool (`generate.py`), under another name if one is given. */
export function referenceFile(name: string, as = name): Source {
  return memorySource(as, new Uint8Array(readFileSync(new URL(`files/${name}`, import.meta.url))));
}

interface Everything {
  readonly shape: readonly number[];
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly (string | undefined)[];
  readonly groups: readonly string[];
  readonly splits: readonly string[];
  readonly names: readonly string[];
}

/** All chunks of a reading, one after another; sparse ones made dense. */
export async function everything(reading: Reading): Promise<Everything> {
  const width = reading.shape.reduce((product, dimension) => product * dimension, 1);
  const all = { rows: [], labels: [], groups: [], splits: [], names: [] } as unknown as {
    [Key in keyof Omit<Everything, "shape">]: Everything[Key][number][];
  };
  for await (const chunk of reading.chunks()) {
    for (let i = 0; i < chunk.count; i++) {
      if (chunk.rows) all.rows.push(Array.from(chunk.rows.subarray(i * width, (i + 1) * width)));
      else all.rows.push(denseRow(chunk.sparse!, i, width));
    }
    for (const key of ["labels", "groups", "splits", "names"] as const)
      (all[key] as unknown[]).push(...(chunk[key] ?? []));
  }
  return { shape: reading.shape, ...all };
}

function denseRow(
  { offsets, indices, values }: NonNullable<import("../format.ts").Chunk["sparse"]>,
  row: number,
  width: number,
): number[] {
  const dense = new Array<number>(width).fill(0);
  for (let i = offsets[row]!; i < offsets[row + 1]!; i++) dense[indices[i]!]! += values[i]!;
  return dense;
}

/** @throws what opening or reading throws */
export async function readAll(
  format: Format,
  source: Source,
  options: ReadOptions = {},
): Promise<Everything> {
  return everything(await format.open(source, options));
}

export function bytesOf(source: Source): Promise<Uint8Array> {
  return source.read(0, source.size);
}
