import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import { writeRecord } from "../../run/records.ts";
import { evaluateRun } from "../../tasks/evaluate.ts";
import { openRun } from "../../tasks/open.ts";
import { checkpointFlag, dataFlag, seedFlag, splitFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { dataFlags, readingOptions } from "../data-flag.ts";
import { evaluationTable } from "../evaluation-table.ts";
import { watchOn } from "../progress.ts";

export const evaluate = defineCommand({
  details: `The likelihood is estimated by importance sampling (Burda et al. 2016). It takes
long, so it is done on some examples only. docs/numbers.md explains every number.

  vaekit evaluate runs/mnist-1
  vaekit evaluate runs/patients-1 --test new-patients.csv
  vaekit evaluate runs/mnist-1 --samples 5000 --nll-examples 1000 --json`,
  arguments: { run: { about: "run directory" } },
  flags: {
    checkpoint: checkpointFlag,
    data: dataFlag,
    split: splitFlag,
    samples: {
      placeholder: "k",
      about: "importance samples for the likelihood of an example",
      schema: positiveInteger.default(500),
    },
    nllExamples: {
      placeholder: "n",
      about: "examples on which the likelihood is estimated, the first of the split",
      schema: positiveInteger.default(500),
    },
    quick: {
      about: "only the ELBO and the likelihood: no latent space, no PCA",
      schema: z.boolean().default(false),
    },
    skipPca: {
      about: "no PCA beside it, which takes a few seconds",
      schema: z.boolean().default(false),
    },
    seed: seedFlag,
    ...dataFlags,
  },

  async run(input, io) {
    const { run: directory, checkpoint, quick, skipPca, data, split, samples, nllExamples, seed } = input;
    const reading = await readingOptions(input);
    const isOfRun = data === undefined && Object.keys(reading).length === 0;
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    try {
      const { record, notConverged } = await evaluateRun(run, {
        ...{ data, split, samples, nllExamples, seed },
        reading: { ...reading, onNote: (note) => io.say(note) },
        latents: !quick,
        pca: !quick && !skipPca,
        watch: watchOn(io),
        warn: (message) => io.warn(message),
      });
      for (const line of evaluationTable(record)) io.print(line);
      if (notConverged) io.warn(`${notConverged} (--samples)`);
      if (isOfRun) await writeRecord(directory, "evaluation", record, run.keptIteration);
      return record;
    } finally {
      await run.vae.dispose();
    }
  },
});
