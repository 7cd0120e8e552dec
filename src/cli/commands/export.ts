import { basename, extname, resolve } from "node:path";
import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { formatCount } from "../../common/format.ts";
import { explorerPage } from "../../explorer/page.ts";
import { packRun } from "../../explorer/run-pack.ts";
import { openRun, openRunSplits } from "../../tasks/open.ts";
import { dataFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";

/** Bytes of the deflated model and examples in a page of 3 MB: base64 takes a third more, the page itself 0.2 MB. */
const MOST_BYTES = 1_900_000;
const POINTS = 4000;

export const exportRun = defineCommand({
  details: `With --html, one page with the decoder, a sample of encodings and what walks through
them: it opens by double-click, without network or server, and may be sent to anyone.

  vaekit export runs/mnist-1 --html --out digits.html`,
  arguments: { run: { about: "run directory" } },
  flags: {
    html: {
      about: "one HTML file in which the latent space is explored",
      schema: z.boolean().default(false),
    },
    ...outFileFlags,
    out: { ...outFileFlags.out, about: "a file ending in .html; default: RUN/explorer.html" },
    data: dataFlag,
    split: {
      placeholder: "name",
      about: "whose encodings are shown",
      schema: z.enum(["train", "validation", "test"]).default("test"),
    },
  },

  async run({ run: directory, html, out = `${directory}/explorer.html`, force, data: source, split }, io) {
    if (!html)
      throw new ConfigError(
        "no format was named: pass --html; encoder.onnx and decoder.onnx are in the run already",
      );
    if (extname(out).toLowerCase() !== ".html")
      throw new ConfigError(`--out is ${JSON.stringify(out)}: it must end in .html`);
    requireReplaceable(out, force);
    const run = await openRun(directory, undefined, (message) => io.warn(message));
    try {
      const { [split]: data } = await openRunSplits(run, source, (message) => io.warn(message));
      const packed = await packRun(run, data, { points: POINTS, mostBytes: MOST_BYTES });
      const page = await explorerPage(packed, `${basename(resolve(directory))}: latent space`);
      const bytes = new TextEncoder().encode(page);
      await writeOut(out, [bytes]);
      io.print(`${out}: ${formatCount(Math.ceil(bytes.length / 1000))} kB`);
      return { run: directory, file: out, bytes: bytes.length };
    } finally {
      await run.vae.dispose();
    }
  },
});
