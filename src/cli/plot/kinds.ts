import { ConfigError } from "../../errors.ts";
import { flagName } from "../../format.ts";
import { attributes } from "./attributes.ts";
import { compare } from "./compare.ts";
import { film } from "./film.ts";
import { type PlotFlag, type PlotOptions, plotFlags } from "./flags.ts";
import { interpolate } from "./interpolate.ts";
import type { PlotKind } from "./kind.ts";
import { morph } from "./morph.ts";
import { latent, manifold, tableauKind } from "./planes.ts";
import { reconstructions } from "./reconstructions.ts";
import { report } from "./report.ts";
import { samples } from "./samples.ts";
import { traversal } from "./traversal.ts";
import { walk } from "./walk.ts";

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
