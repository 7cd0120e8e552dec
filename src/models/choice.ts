import * as z from "zod";
import { inOurWords } from "../common/settings.ts";
import type { RuleTable, TypedRule } from "./rule-table.ts";

type Partly<S> = S extends { readonly type: string } ? Pick<S, "type"> & Partial<Omit<S, "type">> : never;

/**
 * Settings of one of several kinds as a user writes them: the type, a short text with settings after a colon, as in
 * `vamp:components=100,begin=random`, or `{ type, … }`.
 */
export type ChoiceInput<S extends { readonly type: string }> =
  | S["type"]
  | `${S["type"]}:${string}`
  | Partly<S>;

/**
 * A setting that chooses a row of a table: by its type, by the short text, or by `{ type, … }`. What is left out of a
 * row's settings has its default.
 */
export function choiceField<Input>() {
  return <Rule extends TypedRule>(table: RuleTable<Rule>): z.ZodType<z.output<Rule["settings"]>, Input> =>
    z.custom<Input>().transform((given, context): z.output<Rule["settings"]> => {
      const isText = typeof given === "string";
      const result = table.schema.safeParse(isText ? settingsOfText(given) : given, {
        error: inOurWords,
      });
      if (result.success) return result.data;
      for (const { path, message } of result.error.issues) {
        const [inner] = path;
        const wording = inner === undefined || inner === "type" ? message : `${message} for ${String(inner)}`;
        const where = isText || inner === "type" ? [] : path;
        context.issues.push({
          code: "custom",
          message: where.length > 0 ? message : wording,
          input: given,
          path: [...where],
        });
      }
      return z.NEVER;
    }) as z.ZodType<z.output<Rule["settings"]>, Input>;
}

/** `vamp:components=100` → `{ type: "vamp", components: 100 }`; numbers become numbers. */
export function settingsOfText(text: string): Record<string, unknown> & { type: string } {
  const colon = text.indexOf(":");
  if (colon < 0) return { type: text };
  const pairs = text
    .slice(colon + 1)
    .split(",")
    .map((pair): [string, unknown] => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [name.trim(), value.trim() === "" || Number.isNaN(Number(value)) ? value : Number(value)];
    });
  return { ...Object.fromEntries(pairs), type: text.slice(0, colon) };
}

/** The inverse of {@link settingsOfText}. */
export function textOfSettings({ type, ...settings }: { readonly type: string }): string {
  const pairs = Object.entries(settings).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? value.join("+") : String(value)}`,
  );
  return pairs.length === 0 ? type : `${type}:${pairs.join(",")}`;
}
