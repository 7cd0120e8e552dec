#!/usr/bin/env node
import { INTERRUPTED, interruptionSignal } from "./interruption.ts";
import { main } from "./program.ts";

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure, not even of the help.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruptionSignal(() => process.exit(INTERRUPTED)),
  onExit(restore) {
    process.once("exit", restore);
    return () => process.removeListener("exit", restore);
  },
});
