import { ConfigError } from "../common/errors.ts";
import { flagName } from "../common/format.ts";
import { PICTURES } from "../pictures/kinds.ts";
import { type OptionValues, type PictureOptions, pictureOptions, shared } from "../pictures/options.ts";
import { flagsOf, given } from "./plot-flags.ts";

/** A page is no picture, but it is drawn by the same command. */
const REPORT = {
  about: "report.html: one page with everything about a run, its pictures included",
  options: shared("data"),
};

/** What `vaekit plot` can draw, by name. */
export const KINDS: Readonly<Record<string, { readonly about: string; readonly options: PictureOptions }>> = {
  ...PICTURES,
  report: REPORT,
};

/** Options of all kinds: those that kinds share, then their own. */
export const kindFlags = flagsOf(
  Object.assign({}, pictureOptions, ...Object.values(KINDS).map(({ options }) => options)) as PictureOptions,
);

/** @throws {ConfigError} for an option given that the kind does not use */
export function requireUsedFlags(name: string, options: OptionValues<PictureOptions>): void {
  const takes = Object.keys(KINDS[name]!.options);
  const unused = given(options).find((option) => !takes.includes(option));
  if (unused === undefined) return;
  const used = takes.map(flagName).join(", ");
  throw new ConfigError(`plot ${name} does not use ${flagName(unused)}: it takes ${used}`);
}
