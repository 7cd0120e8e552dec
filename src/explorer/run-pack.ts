import { basename, resolve } from "node:path";
import { ConfigError } from "../common/errors.ts";
import { VERSION } from "../common/version.ts";
import { type Dataset, exampleValues, spread, take } from "../data/dataset.ts";
import { withoutGaps } from "../data/without-gaps.ts";
import type { ModelConfig } from "../models/config.ts";
import { hasPoints, posteriorRule } from "../models/posteriors.ts";
import { priorRule } from "../models/priors.ts";
import { rangeOfRunData, type TrainedRun } from "../tasks/open.ts";
import { toHalf } from "./half.ts";
import { GREATEST_LOG_VARIANCE, LEAST_LOG_VARIANCE, type Manifest } from "./manifest.ts";
import { pack, type Section, type Sections } from "./pack.ts";
import { decoderProgram, encoderProgram, type Program, tensorsOf } from "./program.ts";
import { type Precision, storeTensors, toBytes } from "./tensors.ts";

interface PackOptions {
  /** Most examples whose encodings go along. */
  readonly points: number;
  /** Bytes that the pack may take: first the encoder is stored in 8 bits, then fewer examples go along, then none encodes. */
  readonly mostBytes?: number;
}

/** What an explorer page needs of a trained model, with a sample of the given examples. */
export async function packRun(
  run: TrainedRun,
  data: Dataset,
  { points, mostBytes = Number.POSITIVE_INFINITY }: PackOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { vae } = run;
  requireExplorable(vae.model);
  const sample = spread(data, points);
  const codes = await vae.encode(sample);
  const range = await rangeOfRunData(run);
  const decoder = decoderProgram(vae.model);
  const encoder = encoderProgram(vae.model);
  const columnNames = data.schema.columns?.map(({ name }, index) => name ?? `column ${index}`);
  const manifest: Manifest = {
    format: 1,
    name: basename(resolve(run.directory)),
    dataName: data.name,
    split: data.split,
    vaekit: VERSION,
    inputShape: vae.model.inputShape,
    latent: vae.model.latent,
    deterministic: hasPoints(vae.model),
    likelihood: vae.model.likelihood.type,
    range,
    iteration: run.keptIteration,
    parameters: vae.weights!.layout.parameters.count,
    ...(data.schema.labelNames && { labelNames: data.schema.labelNames }),
    ...(columnNames && { columnNames }),
    points: sample.examples,
    decoder,
  };

  const attempts: readonly (readonly [Precision | undefined, number])[] = [
    ["half", 1],
    ["byte", 1],
    ["byte", 2],
    ["byte", 4],
    ["byte", 8],
    [undefined, 4],
    [undefined, 16],
  ];
  let packed: Uint8Array<ArrayBuffer> | undefined;
  for (const [precision, thinning] of attempts) {
    const examples = everyNth(sample, codes, vae.model.latent, thinning, range);
    const whole = { ...manifest, points: examples.points, ...(precision && { encoder }) };
    const tensors = {
      ...tensorsUnder("decoder", decoder, "half", vae.weights!),
      ...(precision && tensorsUnder("encoder", encoder, precision, vae.weights!)),
    };
    packed = pack(
      whole,
      { ...tensors, ...examples.sections },
      { level: mostBytes < Number.POSITIVE_INFINITY ? 6 : 1 },
    );
    if (packed.length <= mostBytes) break;
  }
  return packed!;
}

/** The page draws latent points from N(0, I), and shows each example's normal distribution. */
function requireExplorable(model: ModelConfig): void {
  const prior = priorRule(model);
  const posterior = posteriorRule(model);
  const other = model.condition
    ? "condition labels"
    : !prior.factorises
      ? `prior ${prior.type}`
      : posterior.hasDensity && !posterior.isDiagonalNormal
        ? `posterior ${posterior.type}`
        : undefined;
  if (other)
    throw new ConfigError(
      `the model has the ${other}, but the page is for standard normal priors and normal posteriors: use plot report, sample and encode`,
    );
}

function tensorsUnder(
  prefix: "decoder" | "encoder",
  program: Program,
  precision: Precision,
  weights: NonNullable<TrainedRun["vae"]["weights"]>,
): Sections {
  return storeTensors(weights, tensorsOf(program, ["x", "z"]), prefix, precision);
}

/** Sections of every nth example. */
function everyNth(
  sample: Dataset,
  codes: { mean: Float32Array; logVariance: Float32Array },
  latent: number,
  n: number,
  range: readonly [number, number],
): { points: number; sections: Record<string, Section> } {
  const indices = Int32Array.from({ length: Math.ceil(sample.examples / n) }, (_, i) => i * n);
  const rows = take(sample, indices);
  const pick = (values: Float32Array) =>
    Float32Array.from(
      { length: indices.length * latent },
      (_, at) => values[indices[Math.floor(at / latent)]! * latent + (at % latent)]!,
    );
  const labels = rows.labels && Int32Array.from(rows.labels);
  return {
    points: indices.length,
    sections: {
      mean: toHalf(pick(codes.mean)),
      ...(codes.logVariance.length > 0 && {
        logVariance: toBytes(pick(codes.logVariance), [LEAST_LOG_VARIANCE, GREATEST_LOG_VARIANCE]),
      }),
      inputs: toBytes(exampleValues(withoutGaps(rows), { start: 0, end: rows.examples }), range),
      ...(labels && { labels }),
    },
  };
}
