import { DataError } from "../../common/errors.ts";
import { MISSING, type TableBlock } from "./table.ts";

/** How a CSV file is written. */
export interface CsvDialect {
  /** Character code of the delimiter. */
  readonly delimiter: number;
  readonly decimalComma: boolean;
  readonly encoding: "utf-8" | "windows-1252";
  /** Fields of a row. */
  readonly columns: number;
}

/** A file that begins as UTF-8 and is not UTF-8. */
export class NotUtf8 extends Error {}

const [QUOTE, LINE_FEED, RETURN, SPACE, ZERO] = [34, 10, 13, 32, 48];
const [MINUS, PLUS, POINT, COMMA] = [45, 43, 46, 44];
const LONGEST_KEPT = 24;
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);

/**
 * Cuts bytes into rows and fields (RFC 4180; also with "\r" or "\n" alone) and reads numbers as they stand there,
 * without making texts of them, correctly rounded.
 */
export class CsvCells {
  private readonly dialect: CsvDialect;
  private readonly decoder: TextDecoder;
  private readonly place: (row: number) => string;
  private readonly kept = new Map<number, string>();
  private row: number;

  /** @param place names a row, counted from `firstRow`, in messages */
  constructor(dialect: CsvDialect, place: (row: number) => string, firstRow: number) {
    this.dialect = dialect;
    this.row = firstRow;
    this.place = place;
    this.decoder = new TextDecoder(dialect.encoding, { fatal: true });
  }

  /**
   * The whole rows at the beginning of the bytes.
   *
   * @param isLast whether the file ends with them
   * @throws {DataError} naming the row with too few or too many fields, or with an unbalanced quote
   */
  read(bytes: Uint8Array, isLast: boolean): { block: TableBlock; used: number } {
    const { delimiter, columns } = this.dialect;
    const length = bytes.length;
    let numbers = new Float64Array(Math.max(columns, length >> 2));
    const texts: (string | undefined)[][] = new Array(columns);
    let [at, used, count, column, cell] = [0, 0, 0, 0, 0];
    while (at < length) {
      let [start, end, isQuoted, hasQuotes] = [at, at, false, false];
      if (bytes[at] === QUOTE) {
        isQuoted = true;
        start = ++at;
        for (;;) {
          while (at < length && bytes[at] !== QUOTE) at++;
          if (at + 1 >= length && !(isLast && at < length)) {
            if (isLast)
              throw new DataError(
                `${this.place(this.row + count)} opens a quote that never closes: add the closing '"'`,
              );
            return this.finish(numbers, texts, count, used);
          }
          if (bytes[at + 1] !== QUOTE) break;
          hasQuotes = true;
          at += 2;
        }
        end = at++;
        const next = bytes[at];
        if (at < length && next !== delimiter && next !== LINE_FEED && next !== RETURN)
          throw new DataError(
            `${this.place(this.row + count)} has text after a closing quote: double the quotes inside a field`,
          );
      } else {
        let byte = bytes[at];
        while (at < length && byte !== delimiter && byte !== LINE_FEED && byte !== RETURN) byte = bytes[++at];
        end = at;
      }
      if (at >= length && !isLast) break;
      const isRowEnd = at >= length || bytes[at] !== delimiter;
      if (isRowEnd && at < length && bytes[at] === RETURN) {
        if (at + 1 >= length && !isLast) break;
        if (bytes[at + 1] === LINE_FEED) at++;
      }
      at++;
      if (isRowEnd && column === 0 && end === start && !isQuoted && columns > 1) {
        used = at;
        continue;
      }
      if (column < columns) {
        if (cell >= numbers.length) {
          const grown = new Float64Array(2 * numbers.length + columns);
          grown.set(numbers);
          numbers = grown;
        }
        const value = this.number(bytes, start, end);
        numbers[cell++] = value;
        if (Number.isNaN(value)) {
          const text = this.text(bytes, start, end, hasQuotes);
          if (text !== undefined) {
            const infinite = infinityOf(text);
            if (infinite) numbers[cell - 1] = infinite;
            else {
              texts[column] ??= [];
              texts[column]![count] = text;
            }
          }
        }
      }
      column++;
      const endsWithDelimiter = isLast && at >= length && !isRowEnd;
      if (endsWithDelimiter && column < columns) {
        numbers[cell++] = Number.NaN;
        column++;
      }
      if (!isRowEnd && !endsWithDelimiter) continue;
      if (column !== columns) {
        const fields = `${column} field${column === 1 ? "" : "s"}`;
        throw new DataError(
          `${this.place(this.row + count)} has ${fields} where the first row has ${columns}: correct it, or quote fields that hold the delimiter`,
        );
      }
      count++;
      column = 0;
      used = at;
    }
    return this.finish(numbers, texts, count, Math.min(used, length), columns);
  }

  private finish(
    numbers: Float64Array,
    texts: (string | undefined)[][],
    count: number,
    used: number,
    columns = this.dialect.columns,
  ): { block: TableBlock; used: number } {
    this.row += count;
    for (const cells of texts) if (cells && cells.length > count) cells.length = count;
    return { block: { count, numbers: numbers.subarray(0, count * columns), texts }, used };
  }

  /** NaN: no number. "007" is none, since its zeros mean something. */
  private number(bytes: Uint8Array, from: number, to: number): number {
    let [start, end] = [from, to];
    while (start < end && bytes[start] === SPACE) start++;
    while (end > start && bytes[end - 1] === SPACE) end--;
    const first = bytes[start];
    let at = first === MINUS || first === PLUS ? start + 1 : start;
    const point = this.dialect.decimalComma ? COMMA : POINT;
    if (bytes[at] === ZERO && at + 1 < end && bytes[at + 1]! >= ZERO && bytes[at + 1]! <= 57)
      return Number.NaN;
    let [mantissa, digits, scale, exponent] = [0, 0, 0, 0];
    let isFraction = false;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= ZERO && byte <= 57) {
        mantissa = 10 * mantissa + (byte - ZERO);
        digits++;
        if (isFraction) scale--;
      } else if (byte === point && !isFraction) isFraction = true;
      else break;
    }
    if (digits === 0) return Number.NaN;
    if (at < end) {
      if ((bytes[at]! | 32) !== 101 || end - at > 6) return Number.NaN;
      const isNegative = bytes[++at] === MINUS;
      if (isNegative || bytes[at] === PLUS) at++;
      if (at >= end) return Number.NaN;
      for (; at < end; at++) {
        const byte = bytes[at]!;
        if (byte < ZERO || byte > 57) return Number.NaN;
        exponent = 10 * exponent + (byte - ZERO);
      }
      scale += isNegative ? -exponent : exponent;
    }
    if (mantissa <= Number.MAX_SAFE_INTEGER && scale >= -22 && scale <= 22) {
      const size = scale < 0 ? mantissa / POWERS[-scale]! : mantissa * POWERS[scale]!;
      return first === MINUS ? -size : size;
    }
    const text = this.decoder.decode(bytes.subarray(start, end));
    return Number(this.dialect.decimalComma ? text.replace(",", ".") : text);
  }

  /** undefined: missing. */
  private text(bytes: Uint8Array, from: number, to: number, hasQuotes: boolean): string | undefined {
    let [start, end] = [from, to];
    while (start < end && bytes[start] === SPACE) start++;
    while (end > start && bytes[end - 1] === SPACE) end--;
    if (start === end) return undefined;
    const text =
      end - start > LONGEST_KEPT || hasQuotes ? this.decode(bytes, start, end) : this.keep(bytes, start, end);
    const plain = hasQuotes ? text.replaceAll('""', '"') : text;
    return MISSING.has(plain) ? undefined : plain;
  }

  /** Short texts are mostly categories: the same text is made once. */
  private keep(bytes: Uint8Array, start: number, end: number): string {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    const kept = this.kept.get(hash);
    if (kept !== undefined && kept.length === end - start) {
      let i = 0;
      while (i < kept.length && kept.charCodeAt(i) === bytes[start + i]) i++;
      if (i === kept.length) return kept;
    }
    const text = this.decode(bytes, start, end);
    if (this.kept.size < 1 << 16) this.kept.set(hash, text);
    return text;
  }

  private decode(bytes: Uint8Array, start: number, end: number): string {
    try {
      return this.decoder.decode(bytes.subarray(start, end));
    } catch {
      throw new NotUtf8();
    }
  }
}

function infinityOf(text: string): number {
  if (!/^[+-]?inf(inity)?$/i.test(text)) return 0;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
