/** Kinds of columns that can be asked for. */
export const COLUMN_KINDS = [
  "real",
  "count",
  "binary",
  "categorical",
  "date",
  "label",
  "group",
  "split",
  "id",
  "ignore",
] as const;

/** How files became rows: what was asked for, and what was decided from their content. Plain data. */
export interface Decoding {
  readonly label?: string;
  readonly group?: string;
  readonly split?: string;
  /** Kinds of the columns by name: those asked for, and those found. */
  readonly columns?: Readonly<Record<string, (typeof COLUMN_KINDS)[number]>>;
  /** Of binary and categorical columns by name, what their values stand for. */
  readonly categories?: Readonly<Record<string, readonly string[]>>;
  readonly labelNames?: readonly string[];
  readonly size?: readonly [height: number, width: number];
  readonly grey?: boolean;
  readonly crop?: boolean;
  readonly layer?: string;
  readonly window?: number;
  readonly spectrogram?: boolean;
  /** Samples a second of sounds. */
  readonly sampleRate?: number;
  readonly strict?: boolean;
  /** Absolute paths of files of their own. */
  readonly validation?: string;
  readonly test?: string;
  readonly splitSeed?: number;
}
