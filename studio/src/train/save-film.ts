/** Logarithmic time as a file: the kept moments, encoder beside decoder, as in the panels. */
import { applyPalette, GIFEncoder, quantize } from "gifenc";
import { fromSections } from "../explore/explorable.ts";
import { ExploreState } from "../explore/state.ts";
import { download } from "../parts/download.ts";
import { Painter } from "../parts/manifold.tsx";
import { drawPlane, type Surface } from "../parts/scatter.tsx";
import type { Moment, Trainer } from "./trainer.ts";

const SIDE = 400;
const GAP = 8;
const TITLE = 32;
const [WIDTH, HEIGHT] = [2 * SIDE + 3 * GAP, SIDE + TITLE + GAP];
/** Milliseconds of a moment, and of the last. */
const HOLD = 300;
const LAST = 2000;
const COLOURS = 256;
const TILES = 14;

export type FilmFormat = "gif" | "webm";

/**
 * Draws every moment off the page and offers the film as a file.
 * @param report told of the share that is done
 * @throws Error when this browser cannot make such a file
 */
export async function saveFilm(
  trainer: Trainer,
  format: FilmFormat,
  report: (share: number) => void,
): Promise<void> {
  const moments = trainer.moments.value;
  const shown = trainer.state.value;
  if (moments.length === 0 || !shown) throw new Error("there is nothing to film yet: train a few iterations");
  const artist = new Artist(moments.at(-1)!, shown);
  const file = await (format === "gif" ? asGif : asWebm)(moments, artist, report);
  download(file, `training.${format}`);
}

type Maker = (moments: readonly Moment[], artist: Artist, report: (share: number) => void) => Promise<Blob>;

const asGif: Maker = async (moments, artist, report) => {
  const gif = GIFEncoder();
  for (const [index, moment] of moments.entries()) {
    artist.draw(moment);
    const { data } = artist.context.getImageData(0, 0, WIDTH, HEIGHT);
    const palette = quantize(data, COLOURS);
    const delay = index === moments.length - 1 ? LAST : HOLD;
    gif.writeFrame(applyPalette(data, palette), WIDTH, HEIGHT, { palette, delay });
    report((index + 1) / moments.length);
    await pause(0);
  }
  gif.finish();
  return new Blob([gif.bytes() as Uint8Array<ArrayBuffer>], { type: "image/gif" });
};

/** A browser records what is drawn, in real time. */
const asWebm: Maker = async (moments, artist, report) => {
  if (typeof MediaRecorder === "undefined" || !MediaRecorder.isTypeSupported("video/webm"))
    throw new Error("this browser records no WebM: save the film as GIF");
  const pieces: Blob[] = [];
  const recorder = new MediaRecorder(artist.canvas.captureStream(30), { mimeType: "video/webm" });
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  artist.draw(moments[0]!);
  recorder.start();
  for (const [index, moment] of moments.entries()) {
    artist.draw(moment);
    report((index + 1) / moments.length);
    await pause(index === moments.length - 1 ? LAST : HOLD);
    // A canvas that does not change gives no frame: this one ends the moment.
    artist.draw(moment);
  }
  recorder.stop();
  await ended;
  return new Blob(pieces, { type: "video/webm" });
};

/** Draws moments with the axes of the page, in a view that holds the last of them. */
class Artist {
  readonly canvas = document.createElement("canvas");
  readonly context: CanvasRenderingContext2D;
  private readonly plane = document.createElement("canvas");
  private readonly manifold = document.createElement("canvas");
  private readonly painter = new Painter(TILES);
  private readonly surface: Surface = {};
  private readonly state: ExploreState;

  constructor({ model }: Moment, shown: ExploreState) {
    [this.canvas.width, this.canvas.height] = [WIDTH, HEIGHT];
    for (const part of [this.plane, this.manifold]) [part.width, part.height] = [SIDE, SIDE];
    this.context = this.canvas.getContext("2d", { willReadFrequently: true })!;
    this.state = new ExploreState(fromSections(model.manifest, model.sections));
    this.state.setAxes(shown.axes.peek());
    if (!shown.follows) this.state.setView(shown.view.peek());
    this.state.z.value = shown.z.peek().slice();
  }

  draw({ iteration, model }: Moment): void {
    const { state, context } = this;
    state.follows = false;
    state.show(fromSections(model.manifest, model.sections));
    drawPlane(this.plane, state, this.surface);
    this.painter.finish(this.manifold, {
      model: state.model.peek(),
      axes: state.axes.peek(),
      view: state.view.peek(),
      z: state.z.peek(),
    });
    const page = getComputedStyle(document.body);
    context.fillStyle = page.backgroundColor;
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.drawImage(this.plane, GAP, TITLE);
    context.drawImage(this.manifold, SIDE + 2 * GAP, TITLE);
    context.fillStyle = page.color;
    context.textBaseline = "middle";
    context.font = "600 15px Inter, sans-serif";
    context.fillText(`iteration ${iteration.toLocaleString("en")}`, GAP, TITLE / 2);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
