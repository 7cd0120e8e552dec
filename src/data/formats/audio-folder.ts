import { DataError } from "../../common/errors.ts";
import type { SourceFolder } from "../source.ts";
import { folderLabels, folderSplits, nameIn, UnfitFile, usableFiles } from "./folder-files.ts";
import type { Chunk, FolderFormat, Reading, ReadOptions } from "./format.ts";
import { FRAME, framesOf, LogMel, MEL_BANDS } from "./log-mel.ts";

const ENDINGS = /\.(wav|flac|mp3|ogg|oga)$/i;

/** Samples of a window if nothing else is said. */
const WINDOW = 16_384;

/** Values that are handed out at once. */
const CHUNK = 1 << 20;

/** A small file may claim to be long: 2²⁸ samples are 97 minutes at 44,100 Hz. */
const MOST_SAMPLES = 2 ** 28;

/**
 * A folder of sounds: WAV, FLAC, MP3 and OGG, channels averaged, cut into windows that do not overlap; what is left at the
 * end is dropped, and sounds shorter than a window are skipped. Windows are raw samples, or log-mel spectrograms. Subfolders
 * are labels; outermost ones called train, validation and test are splits; windows of one sound are one group. It takes
 * `window`, `spectrogram` and `strict`. Limits: one sample rate; a sound is decoded as a whole, at most 2²⁸ samples.
 */
export const audioFolder: FolderFormat = {
  name: "audio",
  title: "a folder of sounds (WAV, FLAC, MP3, OGG)",
  recognises: async (folder) => {
    const path = soundsOf(folder)[0] ?? folder.paths[0];
    if (path === undefined) return false;
    const source = await folder.open(path);
    return isSound(await source.read(0, Math.min(12, source.size))) || ENDINGS.test(path);
  },
  open: openAudio,
};

function soundsOf({ paths }: SourceFolder): readonly string[] {
  const sounds = paths.filter((path) => ENDINGS.test(path));
  return sounds.length > 0 ? sounds : paths;
}

function isSound(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head);
  return (
    ["fLaC", "OggS", "ID3"].some((start) => text.startsWith(start)) ||
    (text.startsWith("RIFF") && text.endsWith("WAVE")) ||
    (head[0] === 0xff && head[1]! >= 0xe2)
  );
}

interface Sound {
  readonly sampleRate: number;
  /** In [−1, 1]. */
  readonly samples: Float32Array;
}

async function openAudio(folder: SourceFolder, options: ReadOptions): Promise<Reading> {
  const { window = WINDOW, spectrogram = false, strict = false } = options;
  if (spectrogram && window < FRAME)
    throw new DataError(
      `a window of ${window} samples is shorter than a frame of a spectrogram, ${FRAME} samples: pass a longer one`,
    );
  const paths = soundsOf(folder);
  const skipped: { name: string; reason: string }[] = [];
  let first: { path: string; sampleRate: number } | undefined = options.sampleRate
    ? { path: "the model's data", sampleRate: options.sampleRate }
    : undefined;
  const use = async (bytes: Uint8Array, path: string) => {
    const sound = await decodeSound(bytes);
    if (sound.samples.length < window)
      throw new Error(`it has ${sound.samples.length} samples, fewer than a window of ${window}`);
    if (first && sound.sampleRate !== first.sampleRate)
      throw new UnfitFile(
        new DataError(
          `${nameIn(folder, path)} has ${sound.sampleRate} samples a second where ${first.path} has ${first.sampleRate}: resample them alike`,
        ),
      );
    return sound;
  };
  for await (const { path, value } of usableFiles(folder, paths, strict, skipped, use)) {
    first ??= { path, sampleRate: value.sampleRate };
    break;
  }
  if (!first) {
    const reason = skipped[0] ? `: ${skipped[0].name}: ${skipped[0].reason}` : "";
    throw new DataError(`${folder.name} has no sound that can be read${reason}`);
  }
  const { sampleRate } = first;
  const shape = spectrogram ? [framesOf(window), MEL_BANDS, 1] : [window];
  const notes = [`${paths.length} sounds of ${sampleRate} samples a second, in windows of ${window} samples`];
  const [labelOf, splitOf] = [folderLabels(paths), folderSplits(paths)];
  if (labelOf) notes.push("the labels are the names of subfolders");
  const logMel = spectrogram ? new LogMel(sampleRate) : undefined;
  const width = spectrogram ? framesOf(window) * MEL_BANDS : window;
  async function* chunks(): AsyncGenerator<Chunk> {
    const atOnce = Math.max(1, Math.floor(CHUNK / width));
    for await (const { path, value } of usableFiles(folder, paths, strict, skipped, use)) {
      const windows = Math.floor(value.samples.length / window);
      for (let start = 0; start < windows; start += atOnce) {
        const count = Math.min(atOnce, windows - start);
        const rows = new Float32Array(count * width);
        for (let i = 0; i < count; i++) {
          const samples = value.samples.subarray((start + i) * window, (start + i + 1) * window);
          rows.set(logMel ? logMel.of(samples) : samples, i * width);
        }
        const all = (text: string) => new Array<string>(count).fill(text);
        yield {
          count,
          rows,
          groups: all(path),
          names: Array.from({ length: count }, (_, i) => `${path}#${start + i}`),
          ...(labelOf && { labels: all(labelOf(path)) }),
          ...(splitOf && { splits: all(splitOf(path)) }),
        };
      }
    }
  }
  return { shape, sampleRate, divisor: 1, notes, skipped, chunks };
}

async function decodeSound(bytes: Uint8Array): Promise<Sound> {
  if (!isSound(bytes.subarray(0, 12))) throw new Error("it is no WAV, FLAC, MP3 or OGG");
  const claimed = claimedSamples(bytes);
  if (claimed > MOST_SAMPLES) throw new Error(`it claims ${claimed} samples, more than 2^28`);
  const { default: decode } = await import("audio-decode");
  const { channelData, sampleRate } = await decode(bytes);
  const [samples] = channelData;
  if (!samples || samples.length === 0) throw new Error("it has no samples");
  if (samples.length > MOST_SAMPLES) throw new Error(`it has ${samples.length} samples, more than 2^28`);
  const mean = new Float32Array(samples.length);
  for (const channel of channelData)
    for (let i = 0; i < mean.length; i++) mean[i]! += channel[i]! / channelData.length;
  if (!mean.every(Number.isFinite)) throw new Error("it has samples that are not finite");
  return { sampleRate, samples: mean };
}

/**
 * Samples that the headers promise, known before anything is decoded: of FLAC by STREAMINFO (RFC 9639, section 8.2), of OGG by
 * the granule position of the last page (RFC 3533, section 6). 0: not said; WAV and MP3 grow with their files.
 */
function claimedSamples(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAt(bytes, 0, "fLaC") && bytes.length >= 26)
    return (view.getUint8(21) & 15) * 2 ** 32 + view.getUint32(22);
  if (!isAt(bytes, 0, "OggS")) return 0;
  for (let at = bytes.length - 14; at >= 0; at--)
    if (isAt(bytes, at, "OggS"))
      return view.getUint32(at + 6, true) + view.getUint32(at + 10, true) * 2 ** 32;
  return 0;
}

function isAt(bytes: Uint8Array, at: number, text: string): boolean {
  return Array.from(text).every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
}
