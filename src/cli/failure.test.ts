import { CommanderError } from "commander";
import { expect, it } from "vitest";
import { ConfigError, DataError, NumericalError, RunError } from "../common/errors.ts";
import { failureOf } from "./failure.ts";

const HELP = "vaekit train --help";

it.each([
  [new ConfigError("c"), 2, "c"],
  [new DataError("d"), 2, "d"],
  [new RunError("r"), 2, "r"],
  [new NumericalError("n"), 1, "n"],
  [new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"), 0, undefined],
  [new CommanderError(1, "commander.help", "(outputHelp)"), 2, undefined],
  [
    new CommanderError(1, "commander.unknownOption", "error: unknown option '--sed'\n(Did you mean --seed?)"),
    2,
    "unknown option '--sed': did you mean --seed?",
  ],
  [
    new CommanderError(1, "commander.unknownOption", "error: unknown option '--lr'\n(Did you mean --l2?)"),
    2,
    "unknown option '--lr': did you mean --learning-rate?",
  ],
  [
    new CommanderError(1, "commander.unknownOption", "error: unknown option '--n-latent'"),
    2,
    "unknown option '--n-latent': did you mean --latent?",
  ],
  [
    new CommanderError(1, "commander.missingArgument", "error: missing required argument 'run'"),
    2,
    "missing required argument 'run': see vaekit train --help",
  ],
])("%s ends with %i", (error, exitCode, message) => {
  expect(failureOf(error, HELP)).toEqual(message === undefined ? { exitCode } : { exitCode, message });
});

it("asks to report what nobody foresaw", () => {
  const { exitCode, message } = failureOf(new TypeError("x is undefined"), HELP);
  expect(exitCode).toBe(1);
  expect(message).toMatch(/^an unexpected error, TypeError: x is undefined: run it again with --verbose/);
});
