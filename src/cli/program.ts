import { inspect } from "node:util";
import { Command as Commander, Option } from "commander";
import { VERSION } from "../common/version.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { failureOf, WORK_FAILED } from "./failure.ts";
import { INTERRUPTED } from "./interruption.ts";
import { Io } from "./io.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs a command line. The process is touched through the terminal alone.
 * @param words after the program's name
 * @returns the exit code
 */
export async function main(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = lineOf(words);
  const outcome = { exitCode: 0 };
  const { signal, stderr } = terminal;
  try {
    await programOf(terminal, outcome).parseAsync(line, { from: "user" });
  } catch (error) {
    if (signal.aborted && error === signal.reason) stderr.write("vaekit: interrupted\n");
    else return report(error, line, terminal);
  }
  return signal.aborted ? (terminal.interruptedCode?.() ?? INTERRUPTED) : outcome.exitCode;
}

const HELP = new Set(["help", "--help", "-h"]);

/**
 * `help train`, `--help train` and `-h train` are `train --help`. What is no command has no help: it is left alone, to
 * be called unknown.
 */
function lineOf(words: readonly string[]): readonly string[] {
  const [first = "--help", ...rest] = words;
  const topic = HELP.has(first) ? rest.find((word) => !word.startsWith("-") && word !== "help") : undefined;
  const line = topic !== undefined ? [topic, "--help"] : HELP.has(first) ? ["--help"] : [first, ...rest];
  const name = line[0]!;
  const isKnown = name.startsWith("-") || COMMANDS.some((command) => command.name === name);
  return isKnown ? line : [name];
}

function report(error: unknown, line: readonly string[], { stderr }: Terminal): number {
  const word = line.find((each) => !each.startsWith("-"));
  const name = COMMANDS.find((command) => command.name === word)?.name;
  const { exitCode, message } = failureOf(error, `vaekit ${name ? `${name} ` : ""}--help`);
  if (message !== undefined) stderr.write(`vaekit: ${message}\n`);
  if (message !== undefined && line.includes("--verbose")) stderr.write(`${inspect(error)}\n`);
  return exitCode;
}

function programOf(terminal: Terminal, outcome: { exitCode: number }): Commander {
  const { stdout, stderr } = terminal;
  const program = new Commander("vaekit")
    .description("Variational autoencoders: train, explain and serve them on a plain CPU.")
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "explain a command and all its options")
    .helpCommand(false)
    .option("--verbose", "print stack traces")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => (stdout.isTTY ? stdout.columns : undefined) ?? 80,
      getErrHelpWidth: () => (stderr.isTTY ? stderr.columns : undefined) ?? 80,
      getOutHasColors: () => stdout.isTTY === true && (stdout.getColorDepth?.() ?? 1) > 1,
      getErrHasColors: () => stderr.isTTY === true && (stderr.getColorDepth?.() ?? 1) > 1,
    })
    .addHelpText("after", "\nvaekit COMMAND --help tells more; vaekit train mnist is a good beginning.");
  for (const { name, summary } of COMMANDS) program.command(name).summary(summary).description(summary);
  program.hook("preSubcommand", async (_, subcommand) => {
    const entry = COMMANDS.find(({ name }) => name === subcommand.name())!;
    await define(subcommand, await entry.load(), terminal, outcome);
  });
  return program;
}

/** Tells commander what a command takes, and what to do then. */
async function define(
  commander: Commander,
  command: Command,
  terminal: Terminal,
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
      const io = new Io(terminal, json === true);
      const words = Object.keys(command.arguments).map((name, index) => [name, commander.args[index]]);
      const input = { ...Object.fromEntries(words), ...readFlags(command.flags, withNegated(typed)) };
      io.record({ type: "result", ...(await command.run(input, io)) });
      outcome.exitCode = io.exitCode;
      // A failed write is told a moment later.
      await new Promise((resolve) => setImmediate(resolve));
      if (io.lostOutput === undefined) return;
      io.warn(io.lostOutput);
      if (!command.makesFiles) outcome.exitCode = WORK_FAILED;
    });
}

/** Commander keeps `--no-open` as `open: false`: here a flag has the name that was typed. */
function withNegated(typed: Record<string, string | boolean>): Record<string, string | boolean> {
  const named = Object.entries(typed).flatMap(([key, value]): [string, string | boolean][] => {
    if (value === false) return [[`no${key[0]!.toUpperCase()}${key.slice(1)}`, true]];
    return [[key, value]];
  });
  return Object.fromEntries(named);
}
