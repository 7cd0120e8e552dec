import { VERSION } from "../../../src/common/version.ts";
import { type Dataset, exampleValues } from "../../../src/data/dataset.ts";
import { toHalf } from "../../../src/explorer/half.ts";
import { GREATEST_LOG_VARIANCE, LEAST_LOG_VARIANCE } from "../../../src/explorer/manifest.ts";
import { decoderProgram, encoderProgram, tensorsOf } from "../../../src/explorer/program.ts";
import { storeTensors, toBytes } from "../../../src/explorer/tensors.ts";
import { hasPoints } from "../../../src/models/posteriors.ts";
import type { VAE } from "../../../src/vae/vae.ts";
import type { Snapshot } from "./protocol.ts";

/** A model of this moment, as a page draws it. @param shown examples whose encodings go along */
export async function snapshotOf(
  vae: VAE,
  shown: Dataset,
  { iteration, name }: { iteration: number; name: string },
): Promise<Snapshot> {
  const { model, weights } = vae;
  const decoder = decoderProgram(model);
  const encoder = encoderProgram(model);
  const { mean, logVariance } = await vae.encode(shown);
  const { range, labelNames, columns } = shown.schema;
  return {
    manifest: {
      format: 1,
      name,
      dataName: shown.name,
      split: "training",
      vaekit: VERSION,
      inputShape: model.inputShape,
      latent: model.latent,
      deterministic: hasPoints(model),
      likelihood: model.likelihood.type,
      range,
      iteration,
      parameters: weights!.layout.parameters.count,
      ...(labelNames && { labelNames }),
      ...(columns && { columnNames: columns.map((column, at) => column.name ?? `column ${at}`) }),
      points: shown.examples,
      decoder,
      encoder,
    },
    sections: {
      ...storeTensors(weights!, tensorsOf(decoder, ["z"]), "decoder", "single"),
      ...storeTensors(weights!, tensorsOf(encoder, ["x"]), "encoder", "single"),
      mean: toHalf(mean),
      ...(logVariance.length > 0 && {
        logVariance: toBytes(logVariance, [LEAST_LOG_VARIANCE, GREATEST_LOG_VARIANCE]),
      }),
      inputs: toBytes(exampleValues(shown, { start: 0, end: shown.examples }), range),
      ...(shown.labels && { labels: Int32Array.from(shown.labels) }),
    },
  };
}
