import { textOfSettings } from "./choice.ts";
import { type Condition, textOfCondition } from "./condition.ts";
import type { KindSettings } from "./kind-setting.ts";
import { type FlatLikelihoodSettings, LIKELIHOOD } from "./likelihood-setting.ts";
import { type FlatOptimizerSettings, OPTIMIZER, SCHEDULE } from "./optimizer-setting.ts";

/** The settings that name a kind with settings of its own. */
export const KIND_SETTINGS = [LIKELIHOOD, OPTIMIZER, SCHEDULE] as const;

/** The kinds' own settings, beside the names of the kinds. */
export type FlatKindSettings = FlatLikelihoodSettings & FlatOptimizerSettings;

interface KindsOf {
  readonly likelihood: KindSettings<(typeof LIKELIHOOD)["kinds"]>;
  readonly optimizer: KindSettings<(typeof OPTIMIZER)["kinds"]>;
  readonly schedule: KindSettings<(typeof SCHEDULE)["kinds"]>;
}

export type Nested<T> = Omit<T, keyof KindsOf | keyof FlatKindSettings> & KindsOf;

/** The defaults of all kinds' own settings. */
export const FLAT_DEFAULTS: Readonly<Record<string, unknown>> = Object.assign(
  {},
  ...KIND_SETTINGS.map((each) => each.defaults()),
);

/**
 * Moves the settings of a kind that stand beside its name into it.
 * @throws {ConfigError} when there is no such kind, or a setting is wrong, has no effect on it or is given twice
 */
export function nested<T extends object>(given: T): Nested<T> {
  return nest(given, true);
}

/** The same for stored settings, where one that has no effect is left out: models made in code could have it. */
export function nestedWhereUsed<T extends object>(given: T): Nested<T> {
  return nest(given, false);
}

function nest<T extends object>(given: T, refusesIdle: boolean): Nested<T> {
  const all = given as Readonly<Record<string, unknown>>;
  const result = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in FLAT_DEFAULTS)));
  for (const each of KIND_SETTINGS) result[each.name] = each.nested(all, refusesIdle);
  return result as unknown as Nested<T>;
}

/** The inverse of {@link nested}: settings of a kind stand beside its name, as in runs of version 0.1. */
export function besideNames(settings: object): Record<string, unknown> {
  const entries = Object.entries(settings).flatMap(([name, value]): [string, unknown][] => {
    const isKind =
      typeof value === "object" && value !== null && KIND_SETTINGS.some((each) => each.name === name);
    if (!isKind) return [[name, value]];
    const { type, ...own } = value;
    return [[name, type], ...Object.entries(own)];
  });
  return Object.fromEntries(entries);
}

/** Settings as the command line writes them: {@link besideNames}, and other choices with settings as short texts. */
export function flat(settings: object): Record<string, unknown> {
  const entries = Object.entries(besideNames(settings)).map(([name, value]) => [name, textOf(value)]);
  return Object.fromEntries(entries);
}

function textOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("type" in value) return textOfSettings(value as { readonly type: string });
  return "from" in value ? textOfCondition(value as Condition) : value;
}
