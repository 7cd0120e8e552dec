/** Runs a training step twice outside Vitest and tells its loss: to the parent thread, or on standard output. */
import { parentPort } from "node:worker_threads";
import { nodeRuntime, type RuntimePath } from "../node.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { runTwoTogether } from "./training-step.ts";

const [path, end] = process.argv.slice(2) as [RuntimePath, "dispose" | "leave"];
const runtime = await nodeRuntime({ path });
await collectGarbage();
const { loss, session } = await runTwoTogether(runtime);
if (end === "dispose") await session.dispose();

if (parentPort) parentPort.postMessage(loss);
else process.stdout.write(String(loss));
