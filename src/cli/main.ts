#!/usr/bin/env node
import { interruption } from "./interruption.ts";
import { main } from "./program.ts";

// A reader that has seen enough, such as `head`, closes the pipe; a disk fills up: neither ends the work.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const interrupted = interruption((exitCode) => process.exit(exitCode));

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupted.signal,
  interruptedCode: () => interrupted.exitCode,
  onExit(restore) {
    process.once("exit", restore);
    return () => process.removeListener("exit", restore);
  },
});
