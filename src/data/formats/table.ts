/** Rows of a table as a file holds them, before it is known what its columns are. */
export interface TableBlock {
  readonly count: number;
  /** count × columns, row-major; NaN where there is no number. */
  readonly numbers: Float64Array;
  /** By column, by row: the text in place of a number; undefined: a number or an empty cell. */
  readonly texts: readonly ((string | undefined)[] | undefined)[];
}

/** A table that can be read from its beginning as often as needed. */
export interface Table {
  /** The file, as named in messages. */
  readonly file: string;
  readonly names: readonly string[];
  /** What was found out about the file, a sentence each. */
  readonly notes: readonly string[];
  /** Names a row, counted from 0, such as "row 7 (the header is row 1)". */
  place(row: number): string;
  blocks(): AsyncIterable<TableBlock>;
}

/** Texts that stand for a missing value. */
export const MISSING: ReadonlySet<string> = new Set([
  "",
  "NA",
  "N/A",
  "n/a",
  "NaN",
  "nan",
  "-nan",
  "NULL",
  "null",
  "None",
  "?",
  "-",
]);

/** Collects rows whose cells are JavaScript values. */
export class BlockBuilder {
  private readonly width: number;
  private readonly numbers: Float64Array;
  private readonly texts: ((string | undefined)[] | undefined)[];
  private row = 0;

  constructor(columns: number, rows: number) {
    this.width = columns;
    this.numbers = new Float64Array(columns * rows).fill(Number.NaN);
    this.texts = new Array(columns);
  }

  get count(): number {
    return this.row;
  }

  /** The cell of the present row; null and undefined are missing, true and false texts, dates ISO 8601 texts. */
  set(column: number, value: unknown): void {
    if (typeof value === "number" || typeof value === "bigint") {
      this.numbers[this.row * this.width + column] = Number(value);
    } else if (value !== null && value !== undefined) {
      const text = value instanceof Date ? value.toISOString() : String(value);
      if (MISSING.has(text)) return;
      this.texts[column] ??= [];
      this.texts[column][this.row] = text;
    }
  }

  endRow(): void {
    this.row++;
  }

  block(): TableBlock {
    return { count: this.row, numbers: this.numbers.subarray(0, this.row * this.width), texts: this.texts };
  }
}
