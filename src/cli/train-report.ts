import { basename, join } from "node:path";
import { formatCount, formatSeconds, shellWord } from "../common/format.ts";
import type { Dataset } from "../data/dataset.ts";
import type { ElboSummary } from "../evaluate/evaluation.ts";
import type { Scene } from "../pictures/kind.ts";
import { PICTURES } from "../pictures/kinds.ts";
import { RUN_FILES } from "../run/paths.ts";
import { openRunSplits, rangeOfRunData, type TrainedRun } from "../tasks/open.ts";
import { lastPictures } from "./ending.ts";
import { alignColumns, formatNats, formatRate } from "./format.ts";
import type { Io } from "./io.ts";
import { writePicture } from "./plot-output.ts";
import { watchOn } from "./progress.ts";

/**
 * Draws the pictures that every training ends with: reconstructions, samples, and what suits the latent space.
 * @returns their paths
 */
export async function writePictures(run: TrainedRun, test: Dataset, io: Io): Promise<string[]> {
  const paths: string[] = [];
  let splits: ReturnType<typeof openRunSplits> | undefined;
  const scene: Scene = {
    run,
    options: {},
    watch: watchOn(io),
    async data(split = "test") {
      if (split === "test") return test;
      splits ??= openRunSplits(run);
      return (await splits)[split];
    },
    range: (each) => rangeOfRunData(each),
  };
  for (const kind of lastPictures(run.vae.model.latent))
    for (const { file } of await writePicture(kind, PICTURES[kind]!, scene)) paths.push(file);
  return paths;
}

interface Trained {
  readonly directory: string;
  /** As it may be typed again. */
  readonly data: string;
  /** Whether it is a plain autoencoder, of which there is no likelihood to evaluate. */
  readonly deterministic: boolean;
  readonly iterations: number;
  /** Iterations of this process alone, which took `seconds`. */
  readonly iterationsNow: number;
  readonly seconds: number;
  readonly batchSize: number;
  /** Why it ended, where it did not go to the end. */
  readonly stoppedEarly: boolean;
  readonly keptIteration: number;
  /** On the test split. */
  readonly loss: ElboSummary;
  readonly plots: readonly string[];
  /** Path of the page about the run. */
  readonly report: string;
}

/** What was made, and what to try next. */
export function trainingReport(trained: Trained): string[] {
  return [...summaryOf(trained), "", ...lossTable(trained), "", ...filesOf(trained), "", ...nextOf(trained)];
}

function summaryOf({ directory, iterations, iterationsNow, seconds, batchSize, ...rest }: Trained): string[] {
  const perSecond = iterationsNow / seconds;
  const speed = `${formatRate(perSecond)} iterations/s, ${formatRate(perSecond * batchSize)} examples/s`;
  const kept =
    rest.keptIteration === iterations
      ? ""
      : `, the weights of iteration ${formatCount(rest.keptIteration)} kept`;
  const ending = rest.stoppedEarly ? `, stopped early${kept}` : kept;
  return [
    `${directory}: ${formatCount(iterations)} iterations${ending}; ${formatSeconds(seconds)} (${speed})`,
  ];
}

function lossTable({ loss }: Trained): string[] {
  return [
    `On ${formatCount(loss.examples)} test examples, in nats per example:`,
    ...alignColumns(
      [
        ["  ELBO", formatNats(loss.elbo), "a lower bound on the log-likelihood: higher is better"],
        [
          "  reconstruction",
          formatNats(loss.reconstruction),
          "how likely the data are, given their latent points",
        ],
        ["  KL", formatNats(loss.kl), "what the latent points tell beyond the prior"],
      ],
      [1],
    ),
  ];
}

/** What a picture shows, by the name of its file. */
const SHOWN: Readonly<Record<string, string>> = {
  reconstructions: "test examples over their reconstructions",
  samples: "new examples, drawn from the model",
  latent: "where test examples are encoded",
  manifold: "what is decoded from each point",
  tableau: "both side by side",
  traversal: "what each latent dimension stands for",
};

function filesOf({ directory, plots, report }: Trained): string[] {
  return [
    "Written:",
    ...alignColumns([
      [`  ${report}`, "a page with everything about the run: open it in a browser"],
      ...plots.map((path) => [`  ${path}`, SHOWN[basename(path, ".png")] ?? ""]),
      [`  ${join(directory, RUN_FILES.model)}`, "the weights"],
      [`  ${join(directory, RUN_FILES.encoder)}, ${RUN_FILES.decoder}`, "for any program that opens ONNX"],
      [`  ${join(directory, RUN_FILES.config)}, ${RUN_FILES.history}`, "settings and course of the training"],
    ]),
  ];
}

function nextOf({ directory, data, deterministic }: Trained): string[] {
  const run = shellWord(directory);
  return [
    "Try next:",
    ...alignColumns([
      deterministic
        ? [`  npx vaekit plot latent ${run}`, "# where examples are encoded"]
        : [`  npx vaekit evaluate ${run}`, "# likelihood, active units"],
      [`  npx vaekit sample ${run} -n 400`, "# more samples"],
      [`  npx vaekit encode ${run} ${shellWord(data)} > latents.csv`, "# latent points as a table"],
    ]),
  ];
}
