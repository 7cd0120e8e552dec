import { basename, resolve } from "node:path";
import { DataError, RunError } from "../common/errors.ts";
import type { Finding } from "../doctor/finding.ts";
import type { EvaluationRecord } from "../evaluate/record.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import type { Scene } from "../pictures/kind.ts";
import { fontFaces } from "../plot/font-faces.ts";
import { writeRunFile } from "../run/checksums.ts";
import type { RunConfig } from "../run/config.ts";
import { RunDirectory } from "../run/directory.ts";
import { RUN_FILES } from "../run/paths.ts";
import { readRecord } from "../run/records.ts";
import { changesText, splitChanges } from "../run/split-fingerprints.ts";
import { diagnoseRun } from "../tasks/diagnose.ts";
import { openRunSplits, rangeOfRunData, type TrainedRun } from "../tasks/open.ts";
import { openRunData } from "../tasks/open-data.ts";
import "../tasks/node-platform.ts";
import { VAE } from "../vae/vae.ts";
import type { ReportData, ReportEvaluation } from "./data.ts";
import { explorerOf } from "./explorer-section.ts";
import { drawFigures } from "./figures/draw.ts";
import type { PageFigure } from "./figures/figure.ts";
import { historyCharts } from "./history-charts.ts";
import { reportPage } from "./page.ts";
import { readPictures } from "./pictures.ts";

interface ReportOptions extends LongWork {
  /** Numbers that are known already; default: the ELBO on the test split. */
  readonly evaluation?: ReportEvaluation | undefined;
  /** Of the data, if they are not where they were: built-in name or path. */
  readonly source?: string | undefined;
}

/**
 * Writes `report.html` into a run directory: one file with the numbers, curves and pictures that the run has now.
 * @returns its path
 * @throws {RunError} when the folder does not hold a run with a model, or cannot be written
 */
export async function writeReport(directory: string, options: ReportOptions = {}): Promise<string> {
  const run = await RunDirectory.open(directory);
  const path = run.file("report");
  await writeRunFile(run.path, RUN_FILES.report, reportPage(await gather(run, options)));
  return path;
}

async function gather(
  run: RunDirectory,
  { evaluation, source, ...work }: ReportOptions,
): Promise<ReportData> {
  const config = await run.readConfig();
  if (!(await run.has("model")))
    throw new RunError(`${run.path} has no model yet: end its training with --resume ${run.path} first`);
  const vae = await VAE.load(run.path);
  try {
    const history = await run.readHistory();
    const trained = { directory: run.path, config, vae, keptIteration: vae.iteration ?? 0 };
    const scene = sceneOf(trained, source, work);
    const figures = await drawFigures(scene);
    const { layout } = vae.weights!;
    return {
      name: basename(resolve(run.path)),
      config,
      history,
      keptIteration: (await run.readModel(layout)).iteration,
      parameters: layout.parameters.count,
      evaluation: evaluation ?? (await evaluate(vae, config, source, work)),
      curves: await historyCharts(history, config.hyperparameters),
      figures,
      explorer: await explorerOf(scene),
      ...(await readPictures(run.file("plots"), { drawn: namesDrawn(figures) })),
      findings: await findingsOf(run.path, source),
      record: await readRecord<EvaluationRecord>(run.path, "evaluation"),
      fonts: await fontFaces(),
    };
  } finally {
    await vae.dispose();
  }
}

/** Opens the data when they are first needed, and once. */
function sceneOf(run: TrainedRun, source: string | undefined, options: LongWork): Scene {
  let splits: ReturnType<typeof openRunSplits> | undefined;
  return {
    run,
    options: {},
    watch: (_label, _unit, work) => work(options.signal ? { signal: options.signal } : {}),
    async data(split = "test") {
      splits ??= openRunSplits(run, source);
      return (await splits)[split];
    },
    range: (each) => rangeOfRunData(each, source),
  };
}

/** Pictures that the page has no need of, because it draws the same. */
function namesDrawn(figures: readonly PageFigure[]): string[] {
  const names = figures.map(({ name }) => name);
  return names.includes("tableau") ? [...names, "latent", "manifold"] : names;
}

/** What the doctor has found of these weights, or finds now. */
async function findingsOf(directory: string, source?: string): Promise<readonly Finding[] | undefined> {
  const record = await readRecord<{ findings: readonly Finding[] }>(directory, "doctor");
  if (record) return record.findings;
  const { findings, isWhole } = await diagnoseRun(directory, source);
  return isWhole || findings.length > 0 ? findings : undefined;
}

/** The numbers on the test split, or why there are none. */
async function evaluate(
  vae: VAE,
  { data, training }: RunConfig,
  source: string | undefined,
  work: LongWork,
): Promise<ReportEvaluation | string> {
  try {
    const { train, test } = await openRunData(data, source, ["train", "test"]);
    const changes = await splitChanges(data, { train, test });
    if (changes.some(({ what }) => what === "rows"))
      return source === undefined
        ? `There are no numbers: ${data.source} has changed since the model was trained on it (${changesText(changes)}).`
        : `There are no numbers: ${source} is not what the model was trained on.`;
    return { split: "test", ...(await vae.elbo(test, { seed: training.seed, ...work })) };
  } catch (error) {
    if (error instanceof DataError) return `There are no numbers: ${error.message}.`;
    throw error;
  }
}
