import { VaekitError } from "../common/errors.ts";
import type { Device } from "../runtime/session.ts";
import { CpuStep } from "./cpu-step.ts";
import { DeviceStep } from "./device-step.ts";
import type { Step, StepOptions } from "./step.ts";

/** What was chosen for a network and its batch, by the accelerator that was tried. */
const chosen = new WeakMap<Device, Map<string, "cpu" | "device">>();

/** Steps of each kind, whose first are not judged: kernels and shaders are compiled in them. */
const TRIED = 6;
const NOT_JUDGED = 3;

/**
 * The step on the engine's accelerator where it has one: at once if it was asked for, otherwise if a few steps on it are
 * faster than on the processor, and it takes the model at all.
 * @throws {ConfigError} when the model does not fit into memory
 * @throws {VaekitError} when an accelerator that was asked for does not take the model
 */
export async function createStep(options: StepOptions): Promise<Step> {
  const { device } = options.runtime;
  if (!device) return CpuStep.create(options);
  if (!device.onlyIfFaster) return DeviceStep.create(options, device);
  const known = chosen.get(device) ?? new Map<string, "cpu" | "device">();
  chosen.set(device, known);
  const network = JSON.stringify([options.model, options.hyperparameters.batchSize]);
  const before = known.get(network);
  if (before) return before === "cpu" ? CpuStep.create(options) : DeviceStep.create(options, device);
  const step = await fasterStep(options, device);
  known.set(network, step instanceof DeviceStep ? "device" : "cpu");
  return step;
}

async function fasterStep(options: StepOptions, device: Device): Promise<Step> {
  const other = await DeviceStep.create(options, device).catch(asAbsent);
  const cpu = await CpuStep.create(options);
  if (!other) return cpu;
  const time = await durationOf(other).catch(asAbsent);
  const isFaster = time !== undefined && time < (await durationOf(cpu));
  const [kept, refused] = isFaster ? [other, cpu] : [cpu, other];
  await refused.dispose();
  return kept;
}

/** Of a step, in milliseconds: the least of those judged. Weights and moments are as before afterwards. */
async function durationOf(step: Step): Promise<number> {
  const { parameters, states } = step.weights;
  const moments = step.moments.map((moment) => moment.slice());
  const before = { parameters: parameters.slice(), states: states.slice(), moments };
  let least = Number.POSITIVE_INFINITY;
  for (let iteration = 1; iteration <= TRIED; iteration++) {
    const begun = performance.now();
    await step.run(iteration);
    if (iteration > NOT_JUDGED) least = Math.min(least, performance.now() - begun);
  }
  step.load(before);
  return least;
}

function asAbsent(error: unknown): undefined {
  if (!(error instanceof VaekitError)) throw error;
}
