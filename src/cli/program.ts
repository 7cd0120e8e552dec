import { Command as Commander, Option } from "commander";
import { VERSION } from "../common/version.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { failureOf } from "./failure.ts";
import { INTERRUPTED, interruptionSignal } from "./interruption.ts";
import { Io } from "./io.ts";

/** Runs a command line. @param words after the program's name @returns the exit code */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const line = lineOf(words);
  const signal = interruptionSignal();
  const outcome = { exitCode: 0 };
  try {
    await programOf(signal, outcome).parseAsync(line, { from: "user" });
  } catch (error) {
    if (signal.aborted && error === signal.reason) process.stderr.write("vaekit: interrupted\n");
    else return report(error, line);
  }
  return signal.aborted ? INTERRUPTED : outcome.exitCode;
}

/** `help train` is `train --help`. What is no command has no help: it is left alone, to be called unknown. */
function lineOf(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  const line = first === "help" ? [...rest, "--help"] : words;
  const [name = "--help"] = line;
  const isKnown = name.startsWith("-") || COMMANDS.some((command) => command.name === name);
  return isKnown ? line : [name];
}

function report(error: unknown, line: readonly string[]): number {
  const word = line.find((each) => !each.startsWith("-"));
  const name = COMMANDS.find((command) => command.name === word)?.name;
  const { exitCode, message } = failureOf(error, `vaekit ${name ? `${name} ` : ""}--help`);
  if (message !== undefined) process.stderr.write(`vaekit: ${message}\n`);
  if (message !== undefined && line.includes("--verbose")) console.error(error);
  return exitCode;
}

function programOf(signal: AbortSignal, outcome: { exitCode: number }): Commander {
  const program = new Commander("vaekit")
    .description("Variational autoencoders: train, explain and serve them on a plain CPU.")
    .version(VERSION, "--version", "print the version")
    .helpOption("--help", "explain a command and all its options")
    .helpCommand(false)
    .option("--verbose", "print stack traces")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", "\nvaekit COMMAND --help tells more; vaekit train mnist is a good beginning.");
  for (const { name, summary } of COMMANDS) program.command(name).summary(summary).description(summary);
  program.hook("preSubcommand", async (_, subcommand) => {
    const entry = COMMANDS.find(({ name }) => name === subcommand.name())!;
    await define(subcommand, await entry.load(), signal, outcome);
  });
  return program;
}

/** Tells commander what a command takes, and what to do then. */
async function define(
  commander: Commander,
  command: Command,
  signal: AbortSignal,
  outcome: { exitCode: number },
): Promise<void> {
  const { flagHelp, flagUsage, readFlags } = await import("./flags.ts");
  for (const [name, { about, optional }] of Object.entries(command.arguments))
    commander.argument(optional ? `[${name}]` : `<${name}>`, about);
  for (const [key, flag] of Object.entries(command.flags)) {
    const option = new Option(flagUsage(key, flag), flagHelp(flag));
    commander.addOption(flag.group ? option.helpGroup(`${flag.group}:`) : option);
  }
  commander
    .option("--json", "print one JSON object a line, the last being the result")
    .addHelpText("after", `\n${command.details}`)
    .action(async () => {
      const { json, ...typed } = commander.opts();
      const io = new Io({ json: json === true, signal });
      const words = Object.keys(command.arguments).map((name, index) => [name, commander.args[index]]);
      const input = { ...Object.fromEntries(words), ...readFlags(command.flags, typed) };
      io.record({ type: "result", ...(await command.run(input, io)) });
      outcome.exitCode = io.exitCode;
    });
}
