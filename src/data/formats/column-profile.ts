import { secondsOf } from "./dates.ts";
import { GREATEST_FLOAT32 } from "./finite.ts";

/** Number of distinct numbers that are stored, in case the column is categorical. */
const MOST_CODES = 64;

/** Number of distinct texts that are stored. */
const MOST_TEXTS = 100_000;

/** What one column of a table holds, learned from all rows. */
export class ColumnProfile {
  numbers = 0;
  textCells = 0;
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;
  whole = true;
  /** Each number is the one of the row before plus 1. */
  counting = true;
  /** All texts are dates. */
  dates = true;
  /** Distinct texts; at most {@link MOST_TEXTS}. */
  readonly texts = new Set<string>();
  manyTexts = false;
  /** Row and value of the first number that single precision cannot hold. */
  refused: { row: number; value: number } | undefined;
  /** Row and text of the first text. */
  firstText: { row: number; text: string } | undefined;
  private readonly codes = new Set<number>();
  private manyCodes = false;
  private readonly allCodes: boolean;
  private last = Number.NaN;

  /** @param allCodes remember all distinct numbers, since the column is said to be categorical */
  constructor(allCodes: boolean) {
    this.allCodes = allCodes;
  }

  addNumber(value: number, row: number): void {
    this.numbers++;
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    if (this.whole && !Number.isInteger(value)) this.whole = false;
    if (this.counting) {
      if (value !== this.last + 1 && this.numbers > 1) this.counting = false;
      this.last = value;
    }
    if (!this.manyCodes) {
      this.codes.add(value);
      this.manyCodes = this.codes.size > (this.allCodes ? MOST_TEXTS : MOST_CODES);
    }
    if (Math.abs(value) > GREATEST_FLOAT32) this.refused ??= { row, value };
  }

  addText(text: string, row: number): void {
    this.textCells++;
    this.firstText ??= { row, text };
    if (this.dates && secondsOf(text) === undefined) this.dates = false;
    if (!this.manyTexts) {
      this.texts.add(text);
      this.manyTexts = this.texts.size > MOST_TEXTS;
    }
  }

  get present(): number {
    return this.numbers + this.textCells;
  }

  get isNumeric(): boolean {
    return this.textCells === 0;
  }

  /** 0 and 1 only, both of them. */
  get isBits(): boolean {
    return this.isNumeric && this.codes.size === 2 && this.codes.has(0) && this.codes.has(1);
  }

  /** Whole numbers from 0, unless they lie far from it, as years do. */
  get isCount(): boolean {
    return this.isNumeric && this.whole && this.least >= 0 && this.least <= this.greatest - this.least;
  }

  /** Whether there are more distinct values than can be categories. */
  get isBeyondCategories(): boolean {
    return this.manyTexts || this.manyCodes;
  }

  /** Distinct values as texts: numbers by size, then texts by code point. */
  categories(): string[] {
    const numbers = Array.from(this.codes).sort((a, b) => a - b);
    return [...numbers.map(String), ...Array.from(this.texts).sort()];
  }
}
