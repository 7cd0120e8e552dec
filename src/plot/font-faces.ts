/** The bundled font as style sheet rules that need no file, in Node. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { VaekitError } from "../common/errors.ts";

/** Subsets of the fonts that pictures are drawn in: Latin, some Greek, figures and signs. */
const FACES = [
  { weight: 400, file: "vaekit/fonts/Inter-Regular.woff2" },
  { weight: 600, file: "vaekit/fonts/Inter-SemiBold.woff2" },
];

let faces: Promise<string> | undefined;

/** @font-face rules with the fonts in them. @throws {VaekitError} when a font is not where it was installed */
export async function fontFaces(): Promise<string> {
  faces ??= Promise.all(FACES.map(ruleOf)).then((rules) => rules.join(""));
  return faces;
}

async function ruleOf({ weight, file }: (typeof FACES)[number]): Promise<string> {
  try {
    const bytes = await readFile(createRequire(import.meta.url).resolve(file));
    return `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/woff2;base64,${bytes.toString("base64")}) format("woff2")}`;
  } catch (cause) {
    throw new VaekitError("the font of vaekit's pictures is missing; install vaekit again", { cause });
  }
}
