import { basename, extname, join } from "node:path";
import { ConfigError } from "../common/errors.ts";
import type { FileContents } from "../files/atomic.ts";
import { fileError } from "../files/file-error.ts";
import { makeFolder } from "../files/make-folder.ts";
import {
  type Drawing,
  FORMATS,
  type Format,
  type Loop,
  type PictureKind,
  type Scene,
} from "../pictures/kind.ts";
import { figurePixels, figureSvg } from "../plot/figure.ts";
import { encodeGif, encodeWebp } from "../plot/film.ts";
import { encodePng } from "../plot/png.ts";
import { writeRunFile } from "../run/checksums.ts";
import { RUN_FILES } from "../run/paths.ts";
import { requireReplaceable, writeOut } from "./out-file.ts";

/** What the result tells about a file. */
interface MadeFile {
  readonly file: string;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** Where pictures go. */
interface Destination {
  /** The picture's file, or the films' folder; default: in the run's plots. */
  readonly out?: string | undefined;
  /** Whether a file named by `out` may be replaced. */
  readonly force?: boolean | undefined;
}

/** Draws a picture of a run, or films, and writes what was drawn. */
export async function writePicture(
  name: string,
  kind: PictureKind,
  scene: Scene,
  destination: Destination = {},
): Promise<readonly MadeFile[]> {
  await kind.check?.(scene);
  const { directory } = scene.run;
  if (kind.films) {
    const targets = filmTargets(kind, scene, destination);
    const drawing = await kind.draw(scene, kind.formats[0]!);
    const made: MadeFile[] = [];
    for (const { name: film, ...target } of targets)
      made.push(await writeLoop(target, filmOf(drawing, film)));
    return made;
  }
  const target = targetOf(name, kind.formats, directory, destination);
  const drawing = await kind.draw(scene, target.format);
  return [{ ...(await writeDrawing(target, drawing)), ...drawing.facts }];
}

interface Target {
  readonly path: string;
  readonly format: Format;
  /** The run in whose plots it is; absent for a path that the user gave. */
  readonly run?: string | undefined;
}

async function write({ path, run }: Target, contents: FileContents): Promise<void> {
  if (run === undefined) return writeOut(path, contents);
  const folder = join(run, RUN_FILES.plots);
  await makeFolder(folder).catch((error) => {
    throw fileError(`cannot make the folder ${folder}`, error);
  });
  await writeRunFile(run, `${RUN_FILES.plots}/${basename(path)}`, contents);
}

/**
 * Where a picture goes, known before it is drawn.
 * @throws {ConfigError} when the name ends in a format that the kind does not have
 * @throws {RunError} when the file exists and may not be replaced
 */
function targetOf(
  kind: string,
  formats: readonly Format[],
  directory: string,
  { out, force = false }: Destination,
): Target {
  const [usual] = formats;
  if (out === undefined)
    return {
      path: join(directory, RUN_FILES.plots, `${kind}.${usual}`),
      format: usual!,
      run: directory,
    };
  const ending = extname(out).slice(1).toLowerCase();
  const known = FORMATS.find((format) => format === ending);
  if (known ? !formats.includes(known) : ending !== "")
    throw new ConfigError(
      `--out is ${JSON.stringify(out)}: the name of a ${kind} must end in ${listed(formats)}`,
    );
  requireReplaceable(out, force);
  return { path: out, format: known ?? usual! };
}

/** A file for each film in each format. @throws {RunError} when one exists and may not be replaced */
function filmTargets(kind: PictureKind, { run, options }: Scene, { out, force = false }: Destination) {
  const folder = out ?? join(run.directory, RUN_FILES.plots);
  const formats = kind.formats.filter((each) => [undefined, "both", each].includes(options.format));
  const inRun = out === undefined ? run.directory : undefined;
  const targets = kind.films!.flatMap((name) =>
    formats.map((format) => ({ name, format, path: join(folder, `${name}.${format}`), run: inRun })),
  );
  if (out !== undefined) for (const { path } of targets) requireReplaceable(path, force);
  return targets;
}

function filmOf(drawing: Drawing, name: string): Loop {
  if (!("films" in drawing)) throw new TypeError(`no films were drawn, of which ${name} should be one`);
  return drawing.films[name]!;
}

/** Encodes a drawing and writes it. */
async function writeDrawing(target: Target, drawing: Drawing): Promise<MadeFile> {
  if ("films" in drawing) throw new TypeError(`several films were drawn for ${target.path}`);
  if ("frames" in drawing) return writeLoop(target, drawing);
  const { path, format } = target;
  if ("vector" in drawing && format === "svg") {
    await write(target, new TextEncoder().encode(await figureSvg(drawing)));
    return { file: path, width: drawing.width, height: drawing.height };
  }
  const pixels = "vector" in drawing ? await figurePixels(drawing) : drawing;
  await write(target, await encodePng(pixels));
  return { file: path, width: pixels.width, height: pixels.height };
}

async function writeLoop(target: Target, { frames, ...durations }: Loop): Promise<MadeFile> {
  const { path, format } = target;
  const encode = format === "gif" ? encodeGif : encodeWebp;
  await write(target, await encode(frames, durations));
  return { file: path, width: frames[0]!.width, height: frames[0]!.height };
}

function listed(formats: readonly Format[]): string {
  const endings = formats.map((format) => `.${format}`);
  return endings.length === 1 ? endings[0]! : `${endings.slice(0, -1).join(", ")} or ${endings.at(-1)}`;
}
