import { CommanderError } from "commander";
import { ConfigError, DataError, NumericalError, RunError, VaekitError } from "../common/errors.ts";
import { flagName } from "../common/format.ts";
import { settingsAsFlags } from "../common/named-setting.ts";
import { sameSetting } from "../common/setting-names.ts";
import { architectureFlags } from "./architecture-flags.ts";
import { hyperparameterFlags, trainingFlags } from "./setting-flags.ts";

/** How the process ends when something went wrong. */
interface Failure {
  readonly exitCode: number;
  /** One sentence; none where there is nothing to say. */
  readonly message?: string;
}

export const WORK_FAILED = 1;
const BAD_USAGE = 2;

/** @param help the command line that tells how it is done properly */
export function failureOf(error: unknown, help: string): Failure {
  if (error instanceof CommanderError) return usageFailure(error, help);
  const { exitCode, message } = failureInCode(error);
  return { exitCode, message: settingsAsFlags(message) };
}

function failureInCode(error: unknown): Required<Failure> {
  if (error instanceof NumericalError) return { exitCode: WORK_FAILED, message: error.message };
  if (error instanceof ConfigError || error instanceof DataError || error instanceof RunError)
    return { exitCode: BAD_USAGE, message: error.message };
  if (error instanceof VaekitError) return { exitCode: WORK_FAILED, message: error.message };
  const seen = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    exitCode: WORK_FAILED,
    message: `an unexpected error, ${seen}: run it again with --verbose to see where, and report it`,
  };
}

/** The flag of `vaekit train` that an unknown one stands for: other programs call `--learning-rate` `--lr`. */
function flagMeantBy(sentence: string, help: string): string | undefined {
  const [, typed] = /^unknown option '--([\w-]+)/.exec(sentence) ?? [];
  if (typed === undefined || !help.startsWith("vaekit train")) return undefined;
  const flags = { ...hyperparameterFlags, ...trainingFlags, ...architectureFlags };
  const name = sameSetting(typed, ["epochs", ...Object.keys(flags)]);
  return name && flagName(name);
}

function usageFailure({ code, exitCode, message }: CommanderError, help: string): Failure {
  if (exitCode === 0) return { exitCode };
  if (code === "commander.help") return { exitCode: BAD_USAGE };
  const sentence = message.replace(/^error: /, "").replace(/\.$/, "");
  const [, wrong, meant] = /^(.*)\n\(Did you mean (.*)\?\)$/s.exec(sentence) ?? [];
  const near = flagMeantBy(sentence, help) ?? meant;
  const text = near ? `${wrong ?? sentence}: did you mean ${near}?` : `${sentence}: see ${help}`;
  return { exitCode: BAD_USAGE, message: text };
}
