import { DataError } from "../common/errors.ts";
import type { Chunk, Reading } from "./formats/format.ts";
import type { Rows } from "./schema.ts";
import { sparseStorage } from "./sparse-storage.ts";
import {
  bytesPerElement,
  type ElementType,
  emptyRows,
  memoryStorage,
  type Storage,
  typeOf,
} from "./storage.ts";

/** All rows of a reading, and what it says of each. */
export interface Collected {
  readonly storage: Storage;
  /** Whether the storage is sparse: it is not to be written down densely. */
  readonly isSparse?: boolean;
  readonly labels?: readonly (string | undefined)[];
  readonly groups?: readonly string[];
  readonly splits?: readonly string[];
  readonly names?: readonly string[];
}

/** Where rows go that are too many for memory. */
export interface Spill {
  /** Bytes that are kept in memory. */
  readonly beyond: number;
  /** Opens the place, emptied if it was opened before. */
  open(type: ElementType): Promise<SpillWriter>;
}

interface SpillWriter {
  add(rows: Rows): Promise<void>;
  finish(examples: number, size: number): Promise<Storage>;
  abandon(): Promise<void>;
}

/**
 * Reads everything: into memory, or beyond so many bytes to where `spill` says.
 * @throws {DataError} when there are no rows, or what a reader gives does not fit together
 */
export async function collect(name: string, reading: Reading, spill?: Spill): Promise<Collected> {
  let type: ElementType | undefined;
  for (;;) {
    const rows = new RowCollector(reading.shape, spill, type);
    try {
      const collected = await collectOnce(name, reading, rows);
      if (collected) return collected;
      type = rows.type;
    } finally {
      await rows.dispose();
    }
  }
}

type Texts = "labels" | "groups" | "splits" | "names";
const TEXTS: readonly Texts[] = ["labels", "groups", "splits", "names"];

/** @returns nothing when a later chunk needs a wider type than the file was begun with */
async function collectOnce(
  name: string,
  reading: Reading,
  rows: RowCollector,
): Promise<Collected | undefined> {
  const texts: Record<Texts, (string | undefined)[]> = { labels: [], groups: [], splits: [], names: [] };
  let examples = 0;
  for await (const chunk of reading.chunks()) {
    if (!(await rows.add(chunk))) return undefined;
    for (const key of TEXTS) {
      const given = chunk[key];
      if (given) for (let i = texts[key].length; i < examples; i++) texts[key].push(undefined);
      if (given) for (const text of given) texts[key].push(text);
    }
    examples += chunk.count;
  }
  if (examples === 0) throw new DataError(`${name} has no examples; it needs at least one`);
  for (const key of TEXTS)
    if (texts[key].length > 0) while (texts[key].length < examples) texts[key].push(undefined);
  const { labels } = texts;
  const whole = (key: Texts) => texts[key].length > 0 && { [key]: texts[key].map((text) => text ?? "") };
  return {
    storage: await rows.finish(examples),
    ...(rows.isSparse && { isSparse: true }),
    ...(labels.length > 0 && { labels }),
    ...whole("groups"),
    ...whole("splits"),
    ...whole("names"),
  };
}

class RowCollector {
  type: ElementType | undefined;
  private readonly size: number;
  private readonly spill: Spill | undefined;
  private readonly chunks: Rows[] = [];
  private readonly sparse: NonNullable<Chunk["sparse"]>[] = [];
  private bytes = 0;
  private writer: SpillWriter | undefined;

  constructor(shape: readonly number[], spill: Spill | undefined, type: ElementType | undefined) {
    this.size = shape.reduce((product, dimension) => product * dimension, 1);
    this.spill = spill;
    this.type = type;
  }

  get isSparse(): boolean {
    return this.sparse.length > 0;
  }

  /** @returns false when the file that was begun cannot hold these values */
  async add({ rows, sparse }: Chunk): Promise<boolean> {
    if (sparse) this.sparse.push(sparse);
    if (!rows) return true;
    const wider = widest(this.type, typeOf(rows));
    const fits = !this.writer || wider === this.type;
    this.type = wider;
    if (!fits) return false;
    if (this.writer) await this.writer.add(rows);
    else await this.keep(rows);
    return true;
  }

  private async keep(rows: Rows): Promise<void> {
    this.chunks.push(rows);
    this.bytes += rows.length * bytesPerElement(this.type!);
    if (!this.spill || this.bytes <= this.spill.beyond) return;
    this.writer = await this.spill.open(this.type!);
    for (const chunk of this.chunks) await this.writer.add(chunk);
    this.chunks.length = 0;
  }

  async finish(examples: number): Promise<Storage> {
    if (this.isSparse) return joinedSparse(this.sparse, this.size);
    const { writer } = this;
    this.writer = undefined;
    if (writer) return writer.finish(examples, this.size);
    const only = this.chunks.length === 1 ? this.chunks[0]! : undefined;
    if (only && typeOf(only) === this.type) return memoryStorage(only, this.size);
    const whole = emptyRows(this.type!, examples * this.size);
    let filled = 0;
    for (const chunk of this.chunks) {
      whole.set(chunk, filled);
      filled += chunk.length;
    }
    return memoryStorage(whole, this.size);
  }

  async dispose(): Promise<void> {
    await this.writer?.abandon();
  }
}

/** The smallest type that holds all values of both. */
function widest(a: ElementType | undefined, b: ElementType): ElementType {
  if (a === undefined || a === b) return b;
  const both = new Set([a, b]);
  if (both.has("Float64Array")) return "Float64Array";
  if (both.has("Float32Array")) return both.has("Int32Array") ? "Float64Array" : "Float32Array";
  return both.has("Int32Array") ? "Int32Array" : "Int16Array";
}

function joinedSparse(chunks: readonly NonNullable<Chunk["sparse"]>[], size: number): Storage {
  const total = chunks.reduce((sum, { indices }) => sum + indices.length, 0);
  const examples = chunks.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  const type = chunks.reduce<ElementType | undefined>(
    (t, { values }) => widest(t, typeOf(values)),
    undefined,
  )!;
  const offsets = total > 0xffffffff ? new Float64Array(examples + 1) : new Uint32Array(examples + 1);
  const columns = new Uint32Array(total);
  const values = emptyRows(type, total);
  let [row, at] = [0, 0];
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.offsets.length; i++) offsets[row + i] = at + chunk.offsets[i]!;
    columns.set(chunk.indices, at);
    values.set(chunk.values, at);
    row += chunk.offsets.length - 1;
    at += chunk.indices.length;
  }
  return sparseStorage({ offsets, columns, values, size });
}
