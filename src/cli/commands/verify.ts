import * as z from "zod";
import { verifyRun } from "../../tasks/verify.ts";
import { dataFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { alignColumns } from "../format.ts";

export const verify = defineCommand({
  details: `Each file is compared with the checksum it was written with, the files with one
another, and the data with those of the training. Exit code 1 when something is
damaged, missing or changed.

  vaekit verify runs/mnist-1
  vaekit verify runs/mnist-1 --accept`,
  arguments: { run: { about: "run directory" } },
  flags: {
    data: dataFlag,
    accept: {
      about: "take the files as they are, after you changed one: their checksums are made anew",
      schema: z.boolean().default(false),
    },
  },

  async run({ run: directory, data, accept }, io) {
    const { files, problems, isWhole } = await verifyRun(directory, { data, accept });
    const rows = files.map(({ file, state, about }) => [file, state + (about ? `: ${about}` : "")]);
    for (const line of alignColumns(rows)) io.print(line);
    for (const problem of problems) io.print(problem);
    if (isWhole) io.print(`${directory} is as it was written`);
    else io.exitCode = 1;
    return { run: directory, isWhole, files: [...files], problems: [...problems] };
  },
});
