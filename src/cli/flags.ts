import * as z from "zod";
import { flagName } from "../common/format.ts";
import { parseSettings } from "../common/settings.ts";

/** An option of a command as data. Its name on the command line is that of its key: `batchSize` is `--batch-size`. */
export interface Flag<S extends z.ZodType = z.ZodType> {
  readonly about: string;
  /** Name of its value in the help; none: it is a switch. */
  readonly placeholder?: string;
  /** One letter. */
  readonly short?: string;
  /** What the value must be; numbers arrive as numbers, all else as the text that was typed. */
  readonly schema: S;
  /** Heading under which the help lists it. */
  readonly group?: string;
  /** Value when it is not given, where the schema does not say. */
  readonly fallback?: unknown;
}

export type Flags = Readonly<Record<string, Flag>>;

export type FlagValues<F extends Flags> = { readonly [K in keyof F]: z.output<F[K]["schema"]> };

/** What commander found: the text of a flag with a value, true for a switch. */
export type TypedFlags = Readonly<Record<string, string | boolean | undefined>>;

/** As commander wants it: `-n, --count <n>` */
export function flagUsage(key: string, { short, placeholder }: Flag): string {
  return `${short ? `-${short}, ` : ""}${flagName(key)}${placeholder ? ` <${placeholder}>` : ""}`;
}

/** About the flag, with its range and default, taken from the schema. */
export function flagHelp({ about, schema, fallback = defaultOf(schema) }: Flag): string {
  const facts = [rangeOf(schema)];
  if (fallback !== undefined && typeof fallback !== "boolean") facts.push(`default: ${fallback}`);
  const known = facts.filter((fact) => fact !== undefined);
  return known.length === 0 ? about : `${about} (${known.join("; ")})`;
}

/**
 * Values of a command's flags from what was typed.
 * @throws {ConfigError} naming the flag, the text seen, and what it must be
 */
export function readFlags<F extends Flags>(flags: F, typed: TypedFlags): FlagValues<F> {
  const keys = Object.keys(flags);
  const schema = z.object(Object.fromEntries(keys.map((key) => [flagName(key), flags[key]!.schema])));
  const given = keys.filter((key) => typed[key] !== undefined);
  const settings = Object.fromEntries(
    given.map((key) => [flagName(key), readText(typed[key]!, flags[key]!.schema)]),
  );
  const values: Record<string, unknown> = parseSettings(schema, settings);
  return Object.fromEntries(keys.map((key) => [key, values[flagName(key)]])) as FlagValues<F>;
}

/**
 * A list typed as `1,5,7`.
 * @param each what an item must be
 * @param what in the words of a message: `it must be …`
 * @param empty the word for a list without items, if it may have none
 */
export function listOf(each: z.ZodType<number>, what: string, empty?: string) {
  const itemsOf = (text: string) => (text === empty ? [] : text.split(",").map(numberOf));
  return z
    .string()
    .refine((text) => itemsOf(text).every((item) => each.safeParse(item).success), { error: what })
    .transform((text) => itemsOf(text).map(Number));
}

/** Parses a text for a schema. Text that is not a number stays text, so that a message can show it. */
function readText(typed: string | boolean, schema: z.ZodType): string | number | boolean {
  if (typeof typed === "boolean") return typed;
  const { type } = innermost(schema).def;
  return type === "number" || type === "union" ? numberOf(typed) : typed;
}

function numberOf(text: string): number | string {
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

/** In the words of an error message, which is where schemas say it. */
function rangeOf(schema: z.ZodType): string | undefined {
  const inner = innermost(schema);
  if (inner instanceof z.ZodEnum) return `one of ${inner.options.join(", ")}`;
  const { type } = inner.def;
  return type === "number" || type === "union" ? inner.safeParse("").error?.issues[0]?.message : undefined;
}

function defaultOf(schema: z.ZodType): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}

function innermost(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
    ? innermost(schema.unwrap() as z.ZodType)
    : schema;
}
