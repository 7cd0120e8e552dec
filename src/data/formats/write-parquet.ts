import { parquetWriteBuffer } from "hyparquet-writer";

/** A column of numbers or texts; undefined and NaN are written as null. */
interface ParquetColumn {
  readonly name: string;
  readonly values: ArrayLike<number> | readonly (string | undefined)[];
}

/** A Parquet file, Snappy-compressed; columns of whole numbers within 32 bits are INT32, texts STRING, all else DOUBLE. */
export function parquetFile(columns: readonly ParquetColumn[]): Uint8Array {
  const columnData = columns.map(({ name, values }) => {
    const data = Array.from(values as ArrayLike<number | string | undefined>, (value) =>
      value === undefined || Number.isNaN(value) ? null : value,
    );
    const type =
      typeof data.find((value) => value !== null) === "string"
        ? "STRING"
        : data.every(isInt32)
          ? "INT32"
          : "DOUBLE";
    return { name, data, type, nullable: data.includes(null) } as const;
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function isInt32(value: unknown): boolean {
  return value === null || (typeof value === "number" && (value | 0) === value);
}
