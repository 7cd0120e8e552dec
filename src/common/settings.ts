import * as z from "zod";
import { ConfigError } from "./errors.ts";
import { valueText } from "./format.ts";
import { unknownSetting } from "./setting-names.ts";
import { suggest } from "./suggest.ts";

/**
 * Checks settings given by a user or read from a file.
 * @param where prefixes the name of the setting, such as `training.`
 * @throws {ConfigError} with one sentence on the first thing wrong: the value seen, then what would be right
 */
export function parseSettings<S extends z.ZodType>(schema: S, settings: unknown, where = ""): z.output<S> {
  const result = z.safeParse(schema, settings, { error: inOurWords });
  if (result.success) return result.data;
  throw new ConfigError(explain(result.error.issues[0]!, schema, settings, where));
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType, settings: unknown, where: string): string {
  const name = `${where}${issue.path.join(".")}` || "settings";
  if (issue.code === "unrecognized_keys") {
    // Settings that are rearranged once they are checked are a pipe that begins with the object.
    const checked = schema instanceof z.ZodPipe ? schema.in : schema;
    const known = checked instanceof z.ZodObject ? Object.keys(checked.shape) : [];
    return unknownSetting(issue.keys[0]!, known, where);
  }
  const value = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    settings,
  );
  if (value === undefined) return `${name} is missing: it must be ${issue.message}`;
  const seen = `${name} is ${valueText(value)}`;
  if (issue.code !== "invalid_value") return `${seen}: it must be ${issue.message}`;
  const isChoice = typeof value === "string" && issue.values.length > 1;
  const near = isChoice ? suggest(value, issue.values.map(String)) : undefined;
  return `${seen}: it must be ${issue.message}${near ? `; did you mean ${near}?` : ""}`;
}

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  tuple: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a group of settings",
  record: "a group of settings",
  string: "a text",
};

/** What would be right, where a schema does not say it itself. */
export function inOurWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return KINDS[issue.expected] ?? `a value of type ${issue.expected}`;
    case "invalid_value":
      return `${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `${sizeText(issue.origin)} ${issue.minimum} or more`;
    case "too_big":
      return `${sizeText(issue.origin)} ${issue.maximum} or less`;
    case "unrecognized_keys":
      return `without ${issue.keys.join(", ")}`;
    default:
      return "another value";
  }
}

function sizeText(origin: string): string {
  return origin === "array" || origin === "string" ? "of a length of" : "a number of";
}

/** What a setting must be, in the words of an error message: `it must be …`. */
const must = (what: string) => ({ error: what });

export const positiveInteger = z.int(must("a positive integer")).positive(must("a positive integer"));
export const wholeNumber = z
  .int({
    error: ({ code }) =>
      code === "too_big" ? `a whole number up to ${Number.MAX_SAFE_INTEGER}` : "a whole number, 0 or more",
  })
  .nonnegative(must("a whole number, 0 or more"));
export const positive = z.number(must("a number above 0")).positive(must("a number above 0"));
/** Above 0 in single precision, too. */
export const notTiny = z
  .number(must("a number of 1e-30 or more"))
  .min(1e-30, must("a number of 1e-30 or more"));
export const notNegative = z.number(must("a number, 0 or more")).nonnegative(must("a number, 0 or more"));
export const probability = z
  .number(must("a probability above 0, at most 1"))
  .gt(0, must("a probability above 0, at most 1"))
  .lte(1, must("a probability above 0, at most 1"));
export const fraction = z
  .number(must("a number from 0 up to, not including, 1"))
  .gte(0, must("a number from 0 up to, not including, 1"))
  .lte(1 - 2 ** -24, must("a number from 0 up to, not including, 1, in single precision"));

/** A list whose type is read-only. Zod's `readonly()` freezes what it is given, which fails for typed arrays. */
export function readonlyList<T, I>(schema: z.ZodType<T[], I[]>): z.ZodType<readonly T[], readonly I[]> {
  return schema as unknown as z.ZodType<readonly T[], readonly I[]>;
}

/** How a setting is shown as a flag on the command line. */
interface Shown {
  /** What it is, without its range and default, which the schema says. */
  readonly about: string;
  /** What its value is called; absent: it is a switch. */
  readonly placeholder?: string;
  /** Heading under which the help lists it. */
  readonly group: string;
}

const flagsShown = z.registry<Shown>();

/** Describes a setting where it is defined. @returns the same schema */
export function shown<S extends z.ZodType>(schema: S, how: Shown): S {
  flagsShown.add(schema, how as never);
  return schema;
}

/** How a setting is shown, if {@link shown} said so. */
export function shownAs(schema: z.ZodType): Shown | undefined {
  return flagsShown.get(schema) as Shown | undefined;
}

/** Describes settings under one heading of the help. */
export function section(group: string) {
  return <S extends z.ZodType>(schema: S, placeholder: string | undefined, about: string): S =>
    shown(schema, { about, group, ...(placeholder && { placeholder }) });
}
