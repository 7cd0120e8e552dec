import { spawn } from "node:child_process";
import * as z from "zod";
import { startStudio } from "../../server/serve.ts";
import { defineCommand } from "../command.ts";

export const studio = defineCommand({
  details: `Opens a page in the browser, served by this computer to itself: it walks through the latent
space of the run, follows a training that goes on in another terminal, lists the runs beside it,
and trains models in the page. Nothing leaves the computer. Ctrl-C ends it.

  vaekit studio runs/mnist-1
  vaekit studio --port 8080 --no-open`,
  arguments: { run: { about: "run directory; default: those in runs/ and here are listed", optional: true } },
  flags: {
    port: {
      placeholder: "n",
      about: "where it listens, on 127.0.0.1; default: any free one",
      schema: z.int().min(0).max(65535).default(0),
    },
    noOpen: { about: "do not open the browser, only print the address", schema: z.boolean().default(false) },
  },

  async run({ run, port, noOpen }, io) {
    const server = await startStudio({ run, port });
    io.record({ type: "listening", address: server.address });
    io.print(`The studio is at ${server.address}\nCtrl-C ends it.`);
    if (!noOpen) openBrowser(server.address);
    await new Promise<void>((resolve) => {
      if (io.signal.aborted) resolve();
      io.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await server.close();
    return { address: server.address };
  },
});

/** Where there is no browser, the printed address is enough. */
function openBrowser(address: string): void {
  const [program, ...words] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler"]
        : ["xdg-open"];
  const child = spawn(program!, [...words, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
