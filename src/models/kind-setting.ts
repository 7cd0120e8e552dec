import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";

/** For each kind, one schema with a default for each of its own settings. */
type Kinds = Readonly<Record<string, Readonly<Record<string, z.ZodDefault<z.ZodType>>>>>;

type Optional<S> = { readonly [K in keyof S]?: S[K] | undefined };
type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer A) => void
  ? A
  : never;
type Own<K extends Kinds, T extends keyof K> = { readonly [S in keyof K[T]]: z.output<K[T][S]> };

/** The kind with its settings, complete. */
export type KindSettings<K extends Kinds> = {
  readonly [T in keyof K]: { readonly type: T } & Own<K, T>;
}[keyof K];

/** As a user writes it: the name of the kind, or `{ type, … }` with some of its settings. */
export type KindInput<K extends Kinds> =
  | keyof K
  | { readonly [T in keyof K]: { readonly type: T } & Optional<Own<K, T>> }[keyof K];

/** The settings of all kinds, beside the name of one: the short way of writing them. */
export type FlatSettings<K extends Kinds> = Optional<Intersection<{ [T in keyof K]: Own<K, T> }[keyof K]>>;

type Given<V> = z.ZodType<Exclude<V, undefined>, Exclude<V, undefined>>;
type FlatFields<K extends Kinds> = {
  readonly [S in keyof FlatSettings<K>]-?: z.ZodOptional<Given<FlatSettings<K>[S]>>;
};

/** A setting of one kind or several. */
interface SharedSetting {
  readonly schema: z.ZodDefault<z.ZodType>;
  readonly kinds: readonly string[];
}

/**
 * A setting that names one of several kinds, each with settings of its own, such as the optimizer. A kind's settings
 * are given inside it, `{ type: "sgd", momentum: 0.5 }`, or beside its name; they are kept inside it.
 */
export class KindSetting<K extends Kinds> {
  readonly name: string;
  readonly kinds: K;
  /** Names of the kinds. */
  readonly types: readonly string[];
  /** Every setting of some kind, by name. */
  readonly settings: ReadonlyMap<string, SharedSetting>;

  constructor(name: string, kinds: K) {
    this.name = name;
    this.kinds = kinds;
    this.types = Object.keys(kinds);
    const settings = new Map<string, SharedSetting>();
    for (const type of this.types)
      for (const [own, schema] of Object.entries(kinds[type]!))
        settings.set(own, { schema, kinds: [...(settings.get(own)?.kinds ?? []), type] });
    this.settings = settings;
  }

  /** Schemas of the settings beside the name, none of which has to be given. */
  flatFields(): FlatFields<K> {
    const fields = [...this.settings].map(([name, { schema }]) => [name, z.optional(schema.unwrap())]);
    return Object.fromEntries(fields) as unknown as FlatFields<K>;
  }

  /** The defaults of all settings. */
  defaults(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      [...this.settings].map(([name, { schema }]) => [name, schema.def.defaultValue]),
    );
  }

  /**
   * The kind with its settings, from all that was given. A setting of another kind is ignored where it is at its default
   * or 0, which asks for nothing.
   * @param refusesIdle whether another value of it is an error
   * @throws {ConfigError} when there is no such kind, or a setting is wrong, has no effect on it or is given twice
   */
  nested(given: Readonly<Record<string, unknown>>, refusesIdle: boolean): KindSettings<K> {
    const chosen = given[this.name];
    const isGroup = typeof chosen === "object" && chosen !== null;
    const { type, ...own } = (isGroup ? chosen : { type: chosen }) as Record<string, unknown> & {
      type: string;
    };
    const place = isGroup ? `${this.name}.type` : this.name;
    parseSettings(z.object({ [place]: z.enum(this.types) }), { [place]: type });
    const schemas = this.kinds[type]!;
    const stray = Object.keys(own).find((name) => !(name in schemas) && this.settings.has(name));
    if (stray) throw this.noEffect(stray, own[stray], type);
    for (const [name, { schema }] of this.settings) {
      const value = given[name];
      if (value === undefined) continue;
      if (!(name in schemas)) {
        const asksForNothing = value === 0 || value === schema.def.defaultValue;
        if (refusesIdle && !asksForNothing) throw this.noEffect(name, value, type);
      } else if (own[name] !== undefined && own[name] !== value)
        throw new ConfigError(
          `${name} is ${value} but ${this.name} has ${name} ${own[name]}: leave out the one beside the ${this.name}`,
        );
      else own[name] = value;
    }
    return { type, ...parseSettings(z.strictObject(schemas), own, `${this.name}.`) } as KindSettings<K>;
  }

  private noEffect(name: string, value: unknown, type: string): ConfigError {
    const users = this.settings.get(name)!.kinds.join(" or ");
    return new ConfigError(
      `${name} is ${value} but has no effect on ${this.name} ${type}: leave it out, or choose ${this.name} ${users}`,
    );
  }
}
