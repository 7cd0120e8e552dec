import { attributes } from "./attributes.ts";
import { compare } from "./compare.ts";
import { film } from "./film.ts";
import { interpolate } from "./interpolate.ts";
import type { PictureKind } from "./kind.ts";
import { morph } from "./morph.ts";
import { latent, manifold, tableauKind } from "./planes.ts";
import { reconstructions } from "./reconstructions.ts";
import { samples } from "./samples.ts";
import { traversal } from "./traversal.ts";
import { walk } from "./walk.ts";

/** All kinds of pictures, by name. */
export const PICTURES: Readonly<Record<string, PictureKind>> = {
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
};
