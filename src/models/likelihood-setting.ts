import type * as z from "zod";
import {
  LIKELIHOODS,
  type Likelihood,
  type LikelihoodName,
  ruleOf,
  type SettingsOf,
} from "../nn/distributions/likelihood.ts";
import { type FlatSettings, type KindInput, KindSetting, type KindSettings } from "./kind-setting.ts";

type LikelihoodKinds = {
  readonly [T in LikelihoodName]: {
    readonly [S in keyof SettingsOf<T>]-?: z.ZodDefault<z.ZodType<SettingsOf<T>[S]>>;
  };
};

/** A likelihood as a user writes it: its name, or its settings: `{ type: "gaussian", sigma: 0.1 }`. */
export type LikelihoodInput = KindInput<LikelihoodKinds>;

/** The settings of all likelihoods beside `likelihood`, which is the short way of writing them. */
export type FlatLikelihoodSettings = FlatSettings<LikelihoodKinds>;

export const LIKELIHOOD = new KindSetting(
  "likelihood",
  Object.fromEntries(
    LIKELIHOODS.map((type) => [type, ruleOf({ type }).settings]),
  ) as unknown as LikelihoodKinds,
);

/** The likelihood that settings describe. @throws {ConfigError} when two of them exclude each other */
export function likelihoodFrom({ type, ...settings }: KindSettings<LikelihoodKinds>): Likelihood {
  return ruleOf({ type }).make(settings);
}
