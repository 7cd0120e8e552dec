import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import {
  LIKELIHOODS,
  type Likelihood,
  type LikelihoodName,
  ruleOf,
  type SettingsOf,
} from "../nn/distributions/likelihood.ts";
import { textOfSettings } from "./choice.ts";
import { type Condition, textOfCondition } from "./condition.ts";

type Optional<S> = { readonly [K in keyof S]?: S[K] | undefined };
type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer A) => void
  ? A
  : never;

/** A likelihood's settings, complete. */
type LikelihoodSettings = {
  readonly [T in LikelihoodName]: { readonly type: T } & Readonly<SettingsOf<T>>;
}[LikelihoodName];

/** A likelihood as a user writes it: its name, or its settings: `{ type: "gaussian", sigma: 0.1 }`. */
export type LikelihoodInput =
  | LikelihoodName
  | { readonly [T in LikelihoodName]: { readonly type: T } & Optional<SettingsOf<T>> }[LikelihoodName];

/** The settings of all likelihoods beside `likelihood`, which is the short way of writing them. */
export type FlatLikelihoodSettings = Optional<Intersection<SettingsOf<LikelihoodName>>>;

/** A setting of one likelihood or several. */
interface SharedSetting {
  readonly schema: z.ZodDefault;
  readonly likelihoods: readonly LikelihoodName[];
}

function allSettings(): Map<string, SharedSetting> {
  const found = new Map<string, SharedSetting>();
  for (const type of LIKELIHOODS)
    for (const [name, schema] of Object.entries<z.ZodDefault>({ ...ruleOf({ type }).settings }))
      found.set(name, { schema, likelihoods: [...(found.get(name)?.likelihoods ?? []), type] });
  return found;
}

/** Every setting of some likelihood, by name. */
export const LIKELIHOOD_SETTINGS: ReadonlyMap<string, SharedSetting> = allSettings();

/** The defaults of all of them. */
export const LIKELIHOOD_DEFAULTS: Readonly<Record<string, unknown>> = Object.fromEntries(
  [...LIKELIHOOD_SETTINGS].map(([name, { schema }]) => [name, schema.def.defaultValue]),
);

/** Schemas of the settings beside `likelihood`, none of which has to be given. */
export const flatLikelihoodFields = Object.fromEntries(
  [...LIKELIHOOD_SETTINGS].map(([name, { schema }]) => [name, z.optional(schema.unwrap() as z.ZodType)]),
) as unknown as {
  readonly [K in keyof FlatLikelihoodSettings]-?: z.ZodOptional<
    z.ZodType<Exclude<FlatLikelihoodSettings[K], undefined>, Exclude<FlatLikelihoodSettings[K], undefined>>
  >;
};

/** Whatever is given: {@link nested} checks it. */
export const likelihoodField = z.custom<LikelihoodInput>().default("bernoulli");

export type Nested<T> = Omit<T, "likelihood" | keyof FlatLikelihoodSettings> & {
  readonly likelihood: LikelihoodSettings;
};

/**
 * Moves settings of the likelihood that stand beside it into it. A setting at its default is ignored.
 * @throws {ConfigError} when there is no such likelihood, or a setting is wrong, has no effect on it or is given twice
 */
export function nested<T extends { readonly likelihood: LikelihoodInput }>(given: T): Nested<T> {
  return nest(given, true);
}

/** The same for stored settings, where one that has no effect is left out: models given in code could have it. */
export function nestedWhereUsed<T extends { readonly likelihood: LikelihoodInput }>(given: T): Nested<T> {
  return nest(given, false);
}

function nest<T extends { readonly likelihood: LikelihoodInput }>(given: T, refusesIdle: boolean): Nested<T> {
  const { likelihood, ...others } = given as T & Record<string, unknown>;
  const { type, ...own } = (
    typeof likelihood === "object" && likelihood !== null ? likelihood : { type: likelihood }
  ) as { type: LikelihoodName } & Record<string, unknown>;
  const place = typeof likelihood === "object" && likelihood !== null ? "likelihood.type" : "likelihood";
  parseSettings(z.object({ [place]: z.enum(LIKELIHOODS) }), { [place]: type });
  const { settings } = ruleOf({ type });
  const stray = Object.entries(own).find(([name]) => !(name in settings) && LIKELIHOOD_SETTINGS.has(name));
  if (stray) throw noEffect(stray[0], stray[1], type);
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(others)) {
    const shared = LIKELIHOOD_SETTINGS.get(name);
    if (!shared) rest[name] = value;
    else if (value === undefined) continue;
    else if (!(name in settings)) {
      if (refusesIdle && value !== shared.schema.def.defaultValue) throw noEffect(name, value, type);
    } else if (own[name] !== undefined && own[name] !== value)
      throw new ConfigError(
        `${name} is ${value} but likelihood has ${name} ${own[name]}: leave out the one beside the likelihood`,
      );
    else own[name] = value;
  }
  const complete = parseSettings(z.strictObject(settings as Record<string, z.ZodType>), own, "likelihood.");
  return { ...rest, likelihood: { type, ...complete } } as unknown as Nested<T>;
}

function noEffect(name: string, value: unknown, type: LikelihoodName): ConfigError {
  const users = LIKELIHOOD_SETTINGS.get(name)!.likelihoods.join(" or ");
  return new ConfigError(
    `${name} is ${value} but has no effect on likelihood ${type}: leave it out, or choose likelihood ${users}`,
  );
}

/**
 * Settings as the command line writes them: those of the likelihood beside its name, as in version 1 of the run format,
 * and other choices with settings of their own as short texts.
 */
export function flat<T extends { readonly likelihood: Exclude<LikelihoodInput, string> }>({
  likelihood: { type, ...settings },
  ...others
}: T): Omit<T, "likelihood"> & FlatLikelihoodSettings & { readonly likelihood: LikelihoodName } {
  const texts = Object.entries(others).map(([name, value]) => [name, textOf(value)]);
  const written = Object.fromEntries(texts) as Omit<T, "likelihood">;
  return { ...written, likelihood: type, ...settings };
}

function textOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("type" in value) return textOfSettings(value as { readonly type: string });
  return "from" in value ? textOfCondition(value as Condition) : value;
}

/** The likelihood that settings describe. @throws {ConfigError} when two of them exclude each other */
export function likelihoodFrom({ type, ...settings }: LikelihoodSettings): Likelihood {
  return ruleOf({ type }).make(settings);
}
