import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { isGlob } from "../../data/file-source.ts";
import { isBuiltIn } from "../../data/open.ts";
import { descriptionLines } from "../../doctor/data-description.ts";
import { RUN_FILES } from "../../run/paths.ts";
import { writeRecord } from "../../run/records.ts";
import { diagnoseData, diagnoseRun } from "../../tasks/diagnose.ts";
import { dataFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { dataFlags, readingOptions } from "../data-flag.ts";

/** `--strict` here asks for an exit code. */
const { strict: _, ...others } = dataFlags;

export const doctor = defineCommand({
  details: `Findings come in the order in which to mend them: causes before what they lead to.
docs/doctor.md explains each.

  vaekit doctor runs/mnist-1
  vaekit doctor patients.csv --label outcome`,
  arguments: { subject: { about: "run directory, or data: a built-in name (mnist) or path" } },
  flags: {
    data: { ...dataFlag, about: `for runs: ${dataFlag.about}` },
    ...others,
    strict: { about: "end with exit code 1 when something is found", schema: z.boolean().default(false) },
  },

  async run(input, io) {
    const { subject, data, strict } = input;
    const reading = await readingOptions({ ...input, strict: false });
    if (!isBuiltIn(subject) && !isGlob(subject) && !existsSync(subject))
      throw new ConfigError(`${subject} is neither a file or folder nor built-in data, such as mnist`);
    const isRun = existsSync(join(subject, RUN_FILES.config));
    if (data !== undefined && !isRun)
      throw new ConfigError(`--data was given but ${subject} is no run: leave it out`);
    const [given] = isRun ? Object.keys(reading) : [];
    if (given !== undefined)
      throw new ConfigError(`--${given} was given but ${subject} is a run, which has its own: leave it out`);
    const onNote = (note: string) => io.say(note);
    const { findings, checked, passed, isWhole, description } = isRun
      ? { ...(await diagnoseRun(subject, data)), description: undefined }
      : { ...(await diagnoseData(subject, { ...reading, onNote })), isWhole: true };
    if (description) for (const line of descriptionLines(description)) io.print(line);
    if (isRun && data === undefined) await writeRecord(subject, "doctor", { findings, passed });
    for (const { code, evidence, remedy } of findings) {
      io.print(`${io.colours.bold(code)}: ${evidence}`);
      io.print(`  ${remedy}`);
    }
    if (findings.length === 0) io.print(`nothing to report about ${subject}`);
    if (passed.length > 0) io.print(`in order: ${passed.join("; ")}`);
    if (!isWhole)
      io.say(
        "the data were made in code and not looked at, nor what the model makes of them: name them with --data",
      );
    if (strict && findings.length > 0) io.exitCode = 1;
    return {
      subject,
      kind: isRun ? "run" : "data",
      ...(description && { data: description }),
      findings: [...findings],
      checked: [...checked],
      passed: [...passed],
    };
  },
});
