#!/usr/bin/env node
import { runCommandLine } from "./program.ts";

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure, not even of the help.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

process.exitCode = await runCommandLine(process.argv.slice(2));
