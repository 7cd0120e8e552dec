/** Runs one training step outside Vitest and tells its loss: to the parent thread, or on standard output. */
import { parentPort } from "node:worker_threads";
import { nodeRuntime, type RuntimePath } from "../node.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { trainingStep } from "./training-step.ts";

const [path, end] = process.argv.slice(2) as [RuntimePath, "dispose" | "leave"];
const runtime = await nodeRuntime({ path });
await collectGarbage();
const { model, inputs, outputs } = trainingStep(64, [128, 64, 128]);
const session = await runtime.createSession(model, { threads: 2 });
await session.bind(inputs, outputs).run();
if (end === "dispose") await session.dispose();

const loss = Number(outputs.loss?.data[0]);
if (parentPort) parentPort.postMessage(loss);
else process.stdout.write(String(loss));
