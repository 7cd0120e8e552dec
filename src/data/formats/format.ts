import type { Rows } from "../schema.ts";
import type { Source, SourceFolder } from "../source.ts";

/** Settings that a reader may take; each format states which. Absent: decided from the content. */
export interface ReadOptions {
  /** Column, `obs` field or variable that holds the labels. */
  readonly label?: string | undefined;
  /** Column whose equal values must not be divided between splits, such as a patient. */
  readonly group?: string | undefined;
  /** Column or field that says of each row which split it belongs to. */
  readonly split?: string | undefined;
  /** Kind of a column by its name. */
  readonly columns?: Readonly<Record<string, ColumnKind>> | undefined;
  /**
   * Kinds of the columns of data that these are read like: roles among them may be absent, other columns with values are
   * left out, and labels that are not there are no error.
   */
  readonly known?: Readonly<Record<string, ColumnKind>> | undefined;
  /** Height and width that images are brought to. */
  readonly size?: readonly [height: number, width: number] | undefined;
  readonly grey?: boolean | undefined;
  /** Crop the middle square instead of distorting. */
  readonly crop?: boolean | undefined;
  /** A layer of an `.h5ad` file instead of `X`, or an array of an `.npz` file. */
  readonly layer?: string | undefined;
  /** Samples of audio that make one example, and whether they become log-mel spectrograms. */
  readonly window?: number | undefined;
  readonly spectrogram?: boolean | undefined;
  /** Samples a second that sounds must have, which others had. */
  readonly sampleRate?: number | undefined;
  /** One bad file among many ends the reading; otherwise it is skipped and counted. */
  readonly strict?: boolean | undefined;
}

export type ColumnKind =
  | "real"
  | "count"
  | "binary"
  | "categorical"
  | "date"
  | "label"
  | "group"
  | "split"
  | "id"
  | "ignore";

/** One column of a table as a reader found it. */
export interface ReadColumn {
  readonly name: string;
  readonly kind: "real" | "count" | "binary" | "categorical" | "date";
  /** Of a categorical or binary column: the texts that the class indices stand for. */
  readonly categories?: readonly string[];
}

/** Rows in order, some at a time. */
export interface Chunk {
  readonly count: number;
  /** count × product(shape) values, row-major; NaN where a value is missing (then float32 or float64). */
  readonly rows?: Rows;
  /** Instead of `rows`: compressed sparse rows. */
  readonly sparse?: SparseRows;
  /** One each, where the format has them; undefined in an entry: not labelled. */
  readonly labels?: readonly (string | undefined)[];
  readonly groups?: readonly string[];
  readonly splits?: readonly string[];
  /** What a row is called: its identifier column, its file name, its barcode. */
  readonly names?: readonly string[];
}

interface SparseRows {
  /** count + 1 offsets into `indices` and `values`. */
  readonly offsets: Uint32Array | Float64Array;
  readonly indices: Uint32Array;
  readonly values: Rows;
}

/** A file or folder that a format has recognised and begun to read. */
export interface Reading {
  /** Of one example; images are [height, width, channels]. */
  readonly shape: readonly number[];
  /** Where the format says it; otherwise they are counted while they are read. */
  readonly examples?: number;
  readonly columns?: readonly ReadColumn[];
  /** Columns of a table that are no values, by name. */
  readonly roles?: Readonly<Record<string, ColumnKind>>;
  /** Of sounds: samples a second. */
  readonly sampleRate?: number;
  /** Divisor that the format implies: 255 for pictures; absent: decided from the values. */
  readonly divisor?: number;
  /** What was decided from the content, a short sentence each, such as "the delimiter is ';'". */
  readonly notes: readonly string[];
  /** Files that could not be used, with the reason; grows while reading. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Streams; may be called again. @throws {DataError} naming file and row or column */
  chunks(): AsyncIterable<Chunk>;
}

/** A file format: one file each, none knows where the bytes come from. */
export interface Format {
  /** Such as "csv". */
  readonly name: string;
  /** As in a list of what is known: "CSV and TSV". */
  readonly title: string;
  /** Judges by the first bytes (4 KiB where there are so many, decompressed if gzip), and by the name only where it must. */
  recognises(head: Uint8Array, name: string): boolean;
  /** @throws {DataError} when the file is damaged or means no examples */
  open(source: Source, options: ReadOptions): Promise<Reading>;
}

/** A format of whole folders: images, sounds, 10x matrices. */
export interface FolderFormat {
  readonly name: string;
  readonly title: string;
  recognises(folder: SourceFolder): Promise<boolean>;
  open(folder: SourceFolder, options: ReadOptions): Promise<Reading>;
}
