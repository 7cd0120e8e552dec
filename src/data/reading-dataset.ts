import type { Collected } from "./collect.ts";
import { type Dataset, datasetFrom, type SplitName } from "./dataset.ts";
import type { ReadColumn, Reading } from "./formats/format.ts";
import { type Column, naturalDivisor, type Rows } from "./schema.ts";
import { piecesOf, type Storage } from "./storage.ts";

/** The dataset that a reading's rows make. @throws {DataError} when values are not what their columns say */
export function datasetOfReading(
  { storage, labels, groups, names }: Collected,
  { shape, columns, divisor }: Pick<Reading, "shape" | "columns" | "divisor">,
  options: {
    readonly name: string;
    readonly split?: SplitName | "all";
    readonly scale?: number | undefined;
    /** Names of classes whose indices are settled. */
    readonly labelNames?: readonly string[] | undefined;
  },
): Dataset {
  const { name, split, scale, labelNames } = options;
  return datasetFrom(storage, {
    ...{ shape, name, split, labels, groups, names, labelNames },
    divisor: scale ?? divisor ?? (columns ? 1 : divisorOf(storage)),
    ...(columns && { columns: columns.map(columnOf) }),
    missing: true,
  });
}

function columnOf({ name, kind, categories }: ReadColumn): Column {
  const facts = { name, ...(categories && { categories }) };
  if (kind === "categorical") return { kind, classes: categories?.length ?? 1, ...facts };
  return { kind: kind === "date" ? "real" : kind, ...facts };
}

/** 255 for bytes beyond 1. */
function divisorOf(storage: Storage): number {
  for (const { rows } of piecesOf(storage)) {
    const divisor = naturalDivisor(rows as Rows);
    if (divisor !== 1 || storage.type !== "Uint8Array") return divisor;
  }
  return 1;
}
