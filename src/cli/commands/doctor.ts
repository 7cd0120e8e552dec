import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { positive } from "../../common/settings.ts";
import { isBuiltIn } from "../../data/open.ts";
import { RUN_FILES } from "../../run/paths.ts";
import { writeRecord } from "../../run/records.ts";
import { diagnoseData, diagnoseRun } from "../../tasks/diagnose.ts";
import { dataFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";

export const doctor = defineCommand({
  details: `Findings come in the order in which to mend them: causes before what they lead to.
docs/doctor.md explains each.

  vaekit doctor runs/mnist-1
  vaekit doctor mnist`,
  arguments: { subject: { about: "run directory, or data: a built-in name (mnist) or path" } },
  flags: {
    data: { ...dataFlag, about: `for runs: ${dataFlag.about}` },
    scale: {
      placeholder: "divisor",
      about: "for data: values are divided by this; default: 255 for bytes beyond 1",
      schema: positive.optional(),
    },
    strict: { about: "end with exit code 1 when something is found", schema: z.boolean().default(false) },
  },

  async run({ subject, data, scale, strict }, io) {
    if (!isBuiltIn(subject) && !existsSync(subject))
      throw new ConfigError(`${subject} is neither a file or folder nor built-in data, such as mnist`);
    const isRun = existsSync(join(subject, RUN_FILES.config));
    if (data !== undefined && !isRun)
      throw new ConfigError(`--data was given but ${subject} is no run: leave it out`);
    if (scale !== undefined && isRun)
      throw new ConfigError(`--scale was given but ${subject} is a run, which has its own: leave it out`);
    const { findings, checked, passed, isWhole } = isRun
      ? await diagnoseRun(subject, data)
      : { ...(await diagnoseData(subject, scale)), isWhole: true };
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
      findings: [...findings],
      checked: [...checked],
      passed: [...passed],
    };
  },
});
