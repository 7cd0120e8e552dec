import { NumericalError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import { sizeOf } from "../graph/node.ts";
import { simplify } from "../graph/rewrite.ts";
import { emitModel } from "../onnx/emit.ts";
import type { Runtime, TensorBuffers } from "../runtime/session.ts";
import type { TrainingGraph } from "./training-graph.ts";

/** The parts of a step to examine. */
interface DiagnosedStep {
  readonly description: TrainingGraph;
  /** What the session reads for each part of the batch, by input name. */
  readonly inputs: readonly TensorBuffers[];
  /** Least and greatest value of the training data. */
  readonly dataRange: readonly [number, number];
  /** Whether values of the batch may be missing, so that it is not finite as it should be. */
  readonly mayMiss: boolean;
}

/**
 * Says where a step became non-finite: its inputs are still in place, so it is computed once more with every
 * intermediate result kept.
 * @param iteration the step whose loss was not finite
 * @param isUntrained whether its weights are as they were drawn
 */
export async function diagnose(
  runtime: Runtime,
  step: DiagnosedStep,
  iteration: number,
  isUntrained: boolean,
): Promise<NumericalError> {
  let culprit: string | undefined;
  for (const inputs of step.inputs)
    culprit ??=
      firstNonFinite(step.mayMiss ? withoutRows(inputs) : inputs) ??
      firstNonFinite(await intermediates(runtime, step, inputs));
  const where = culprit ?? "the loss";
  const found = `the loss is not finite at iteration ${iteration}, and the first tensor that is not is ${where}`;
  if (!isUntrained)
    return new NumericalError(
      `${found}: try a lower learning rate, a longer learning-rate warm-up or a smaller ${asSetting("clipValue")}; checkpoints that were written are good`,
    );
  const [low, high] = step.dataRange;
  return new NumericalError(
    `${found}: nothing has been learnt yet, so either the data's values, from ${low} to ${high}, are too large (divide them, by ${asSetting("scale")} or before), or the layers make them too large (give them a normalization)`,
  );
}

async function intermediates(
  runtime: Runtime,
  { description }: DiagnosedStep,
  buffers: TensorBuffers,
): Promise<TensorBuffers> {
  const graph = simplify({ outputs: description.intermediates });
  const outputs = Object.fromEntries(
    Object.entries(graph.outputs).map(([name, { shape }]) => [
      name,
      { type: "float32", shape, data: new Float32Array(sizeOf(shape)) } as const,
    ]),
  );
  const session = await runtime.createSession(emitModel(graph, { name: "diagnosis" }));
  try {
    const inputs = Object.fromEntries(session.inputNames.map((name) => [name, buffers[name]!]));
    const binding = session.bind(inputs, outputs);
    await binding.run();
    binding.dispose();
    return outputs;
  } finally {
    await session.dispose();
  }
}

function withoutRows({ x: _, ...others }: TensorBuffers): TensorBuffers {
  return others;
}

function firstNonFinite(buffers: TensorBuffers): string | undefined {
  return Object.entries(buffers).find(([, { data }]) => !(data as Float32Array).every(Number.isFinite))?.[0];
}
