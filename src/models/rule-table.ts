import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { inOurWords } from "../common/settings.ts";

/** What rows of every table of rules have in common. */
export interface TypedRule {
  /** The name in `{ type: … }` of a configuration. */
  readonly type: string;
  /** Checks the settings, the type included. */
  readonly settings: z.ZodType<{ readonly type: string }>;
}

/** One kind of choice in a model, such as its prior: a row for each member, found by the `type` of its settings. */
export class RuleTable<Rule extends TypedRule> {
  private readonly what: string;
  private readonly rows: Map<string, Rule>;

  /** @param what the choice in words, for messages */
  constructor(what: string, rows: readonly Rule[]) {
    this.what = what;
    this.rows = new Map(rows.map((row) => [row.type, row]));
  }

  get types(): string[] {
    return [...this.rows.keys()];
  }

  /** @throws {ConfigError} for a type that has no row */
  of({ type }: { readonly type: string }): Rule {
    const row = this.rows.get(type);
    if (!row) throw new ConfigError(`there is no ${this.what} ${type}: use one of ${this.types.join(", ")}`);
    return row;
  }

  /** Adds a row while the program runs. @returns what removes it again */
  add(row: Rule): () => void {
    if (this.rows.has(row.type)) throw new ConfigError(`there is a ${this.what} ${row.type} already`);
    this.rows.set(row.type, row);
    return () => this.rows.delete(row.type);
  }

  /** Settings of any row there is when they are checked. */
  readonly schema: z.ZodType<z.output<Rule["settings"]>> = z
    .looseObject({ type: z.string() }, { error: "a group of settings with a type" })
    .transform((value, context) => {
      const row = this.rows.get(value.type);
      if (!row) {
        const error = `one of ${this.types.join(", ")}`;
        context.issues.push({ code: "custom", message: error, input: value.type, path: ["type"] });
        return z.NEVER;
      }
      const result = row.settings.safeParse(value, { error: inOurWords });
      if (result.success) return result.data as z.output<Rule["settings"]>;
      for (const issue of result.error.issues)
        context.issues.push({ code: "custom", message: issue.message, input: value, path: issue.path });
      return z.NEVER;
    });
}
