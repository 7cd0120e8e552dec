import type { Trainer } from "./trainer.ts";

const SIDE = 480;
const HOLD = 300;

/** Records the kept moments, encoder beside decoder, and offers them as a WebM file. */
export async function saveFilm(trainer: Trainer): Promise<void> {
  if (typeof MediaRecorder === "undefined")
    throw new Error("this browser records no video: use vaekit plot film on a run of vaekit train --film");
  const film = document.createElement("canvas");
  film.width = 2 * SIDE;
  film.height = SIDE;
  const context = film.getContext("2d")!;
  const pieces: Blob[] = [];
  const recorder = new MediaRecorder(film.captureStream(30), { mimeType: "video/webm" });
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  recorder.start();
  for (const [index, { iteration }] of trainer.moments.value.entries()) {
    trainer.show(index);
    const until = performance.now() + HOLD;
    while (performance.now() < until || !isDrawn()) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      drawFrame(context, iteration);
    }
  }
  recorder.stop();
  await ended;
  trainer.show(undefined);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(pieces, { type: "video/webm" }));
  link.download = "training.webm";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const canvasOf = (id: string) => document.getElementById(id) as HTMLCanvasElement | null;

/** Also where the pictures have gone, so that nothing waits for ever. */
function isDrawn(): boolean {
  const manifold = canvasOf("manifold");
  return manifold === null || manifold.dataset.done === "true";
}

function drawFrame(context: CanvasRenderingContext2D, iteration: number): void {
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, 2 * SIDE, SIDE);
  for (const [at, id] of ["plane", "manifold"].entries()) {
    const canvas = canvasOf(id);
    if (canvas) context.drawImage(canvas, at * SIDE + 4, 4, SIDE - 8, SIDE - 8);
  }
  context.font = "600 15px Inter, sans-serif";
  context.fillStyle = getComputedStyle(document.body).color;
  context.fillText(`iteration ${iteration.toLocaleString("en")}`, 14, 26);
}
