import { RunError } from "../common/errors.ts";

/** Facts in a tensor file, which holds strings only. Numbers are decimals that give back the same double, bit by bit. */
export class FileFacts {
  private readonly path: string;
  private readonly facts: ReadonlyMap<string, string>;

  /** @param path names the file in messages */
  constructor(path: string, facts: ReadonlyMap<string, string>) {
    this.path = path;
    this.facts = facts;
  }

  has(name: string): boolean {
    return this.facts.has(name);
  }

  /** @throws {RunError} when the fact is missing or not a number */
  number(name: string): number {
    const text = this.text(name);
    const value = Number(text);
    if (numberText(value) !== text) throw this.unfit(name, text, "a number");
    return value;
  }

  /** @throws {RunError} when the fact is missing or not a whole number, 0 or more */
  wholeNumber(name: string): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < 0)
      throw this.unfit(name, this.text(name), "a whole number, 0 or more");
    return value;
  }

  /** @throws {RunError} when the fact is missing or another */
  expect(name: string, expected: string): void {
    if (this.text(name) !== expected) throw this.unfit(name, this.text(name), expected);
  }

  private text(name: string): string {
    const text = this.facts.get(name);
    if (text === undefined)
      throw new RunError(`${this.path} does not tell its ${name}: it was not made by vaekit`);
    return text;
  }

  private unfit(name: string, seen: string, wanted: string): RunError {
    return new RunError(`${this.path} says that its ${name} is ${seen}: it must be ${wanted}`);
  }
}

/** The shortest decimal that reads as the same double, also for −0. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
