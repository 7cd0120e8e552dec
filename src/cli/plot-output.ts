import { extname, join } from "node:path";
import { ConfigError } from "../common/errors.ts";
import { type Drawing, FORMATS, type Format, type MadeFile } from "../pictures/kind.ts";
import { figurePixels, figureSvg } from "../plot/figure.ts";
import { encodeGif, encodeWebp } from "../plot/film.ts";
import { encodePng } from "../plot/png.ts";
import { RUN_FILES } from "../run/paths.ts";
import { requireReplaceable, writeOut } from "./out-file.ts";
import type { PlotOptions } from "./plot-flags.ts";

export interface Target {
  readonly path: string;
  readonly format: Format;
}

/**
 * Where a picture goes, known before it is drawn.
 * @throws {ConfigError} when the name ends in a format that the kind does not have
 * @throws {RunError} when the file exists and may not be replaced
 */
export function targetOf(
  kind: string,
  formats: readonly Format[],
  directory: string,
  { out, force = false }: PlotOptions,
): Target {
  const [usual] = formats;
  if (out === undefined)
    return { path: join(directory, RUN_FILES.plots, `${kind}.${usual}`), format: usual! };
  const ending = extname(out).slice(1).toLowerCase();
  const known = FORMATS.find((format) => format === ending);
  if (known ? !formats.includes(known) : ending !== "")
    throw new ConfigError(
      `--out is ${JSON.stringify(out)}: the name of a ${kind} must end in ${listed(formats)}`,
    );
  requireReplaceable(out, force);
  return { path: out, format: known ?? usual! };
}

/** Encodes a drawing and writes it. */
export async function writeDrawing({ path, format }: Target, drawing: Drawing): Promise<MadeFile> {
  if ("frames" in drawing) {
    const { frames, frameDuration } = drawing;
    const encode = format === "gif" ? encodeGif : encodeWebp;
    await writeOut(path, await encode(frames, { frameDuration, lastFrameDuration: frameDuration }));
    return { file: path, width: frames[0]!.width, height: frames[0]!.height };
  }
  if ("vector" in drawing && format === "svg") {
    await writeOut(path, new TextEncoder().encode(await figureSvg(drawing)));
    return { file: path, width: drawing.width, height: drawing.height };
  }
  const pixels = "vector" in drawing ? await figurePixels(drawing) : drawing;
  await writeOut(path, await encodePng(pixels));
  return { file: path, width: pixels.width, height: pixels.height };
}

function listed(formats: readonly Format[]): string {
  const endings = formats.map((format) => `.${format}`);
  return endings.length === 1 ? endings[0]! : `${endings.slice(0, -1).join(", ")} or ${endings.at(-1)}`;
}
