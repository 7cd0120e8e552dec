import { ConfigError } from "../common/errors.ts";
import { flagName } from "../common/format.ts";
import { attributes } from "../pictures/attributes.ts";
import { compare } from "../pictures/compare.ts";
import { film } from "../pictures/film.ts";
import { interpolate } from "../pictures/interpolate.ts";
import type { PlotKind } from "../pictures/kind.ts";
import { morph } from "../pictures/morph.ts";
import { latent, manifold, tableauKind } from "../pictures/planes.ts";
import { reconstructions } from "../pictures/reconstructions.ts";
import { samples } from "../pictures/samples.ts";
import { traversal } from "../pictures/traversal.ts";
import { walk } from "../pictures/walk.ts";
import { type PlotFlag, type PlotOptions, plotFlags } from "./plot-flags.ts";
import { report } from "./plot-report.ts";

/** What `vaekit plot` can draw, by name. */
export const KINDS: Readonly<Record<string, PlotKind>> = {
  reconstructions,
  samples,
  latent,
  manifold,
  tableau: tableauKind,
  film,
  traversal,
  interpolate,
  morph,
  walk,
  attributes,
  compare,
  report,
};

/** @throws {ConfigError} for an option given that the kind does not use */
export function requireUsedFlags(name: string, { flags }: PlotKind, options: PlotOptions): void {
  const ofAll: readonly string[] = name === "report" ? [] : ["out", "force"];
  const unused = Object.keys(plotFlags).find(
    (key) =>
      options[key as PlotFlag] !== undefined && !flags.includes(key as PlotFlag) && !ofAll.includes(key),
  );
  if (unused === undefined) return;
  const used = flags.map(flagName).join(", ");
  throw new ConfigError(`plot ${name} does not use ${flagName(unused)}: it takes ${used}`);
}
