import { formatCount, formatSeconds } from "../common/format.ts";
import { hyperparameters as hyperparametersSchema } from "../models/hyperparameters.ts";
import { idleSettings } from "../models/idle-settings.ts";
import { FLAT_DEFAULTS, flat } from "../models/nested-settings.ts";
import { isDense, sizesOf } from "../models/sizes.ts";
import { shapesText } from "../models/summary.ts";
import { type RunConfig, runConfig } from "../run/config.ts";
import { usualLogEvery } from "../train/length.ts";
import { shellText, trainingCommand } from "./command.ts";
import type { ReportData } from "./data.ts";
import { settingName } from "./format.ts";
import { type Content, html, type Markup } from "./html.ts";

/** What was trained on what, with which settings, and how to do it again. */
export function makingSection(data: ReportData): Markup {
  return html`<section>
<h2>How it was made</h2>
<dl class="facts">${facts(data).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<h3>Settings</h3>
<p class="lead">Those that apply; marked ones are not the defaults.</p>
${settings(data.config)}
${repeat(data.config)}
</section>`;
}

/** Iterations done, as far as is known. */
export function iterationsDone({ history, keptIteration }: ReportData): number {
  return Math.max(keptIteration, history.at(-1)?.iteration ?? 0);
}

function facts(data: ReportData): [string, Content][] {
  const { config, history, parameters } = data;
  const { engine, vaekit } = config.createdBy;
  const seconds = history.at(-1)?.seconds;
  return [
    ["data", html`<code>${config.data.source}</code>`],
    ["examples", examplesOf(data)],
    ["an example", `${config.model.inputShape.join(" × ")} values${scaleOf(config)}`],
    ["networks", networksOf(config)],
    ["parameters", formatCount(parameters)],
    ["length", lengthOf(data)],
    ["duration", seconds === undefined ? "unknown" : formatSeconds(seconds)],
    ["seed", config.training.seed],
    ["engine", `${engine.name} ${engine.version}, ${threadsOf(config.training.threads)}`],
    ["made with", `vaekit ${vaekit}`],
    [
      "fingerprint",
      html`<code>${config.data.fingerprint.slice(0, 16)}…</code> of the training data (SHA-256)`,
    ],
  ];
}

function examplesOf({ config: { data }, evaluation }: ReportData): string {
  const { train, validation } = data.examples;
  const test =
    typeof evaluation !== "string" && evaluation.split === "test" ? evaluation.examples : data.examples.test;
  return [
    `${formatCount(train)} to train`,
    validation !== undefined && `${formatCount(validation)} to validate`,
    test !== undefined && `${formatCount(test)} to test`,
  ]
    .filter((part) => part !== false)
    .join(", ");
}

function scaleOf({ data: { scale } }: RunConfig): string {
  return scale === 1 ? "" : `, divided by ${scale}`;
}

function networksOf({ architecture, model }: RunConfig): string {
  if (isDense(architecture)) {
    const { encoder, decoder } = sizesOf(architecture);
    return `encoder ${encoder.join(" → ")}, decoder ${decoder.join(" → ")}`;
  }
  const { encoder, decoder } = shapesText(model);
  return `encoder ${encoder}, decoder ${decoder}`;
}

function lengthOf(data: ReportData): string {
  const { training, hyperparameters, data: source } = data.config;
  const done = iterationsDone(data);
  const epochs = (done * hyperparameters.batchSize) / source.examples.train;
  const early = done < training.maxIterations ? ` of at most ${formatCount(training.maxIterations)}` : "";
  const kept =
    data.keptIteration === done
      ? ""
      : `; kept are the weights of iteration ${formatCount(data.keptIteration)}`;
  return `${formatCount(done)} iterations${early} of ${hyperparameters.batchSize} examples, ${Number(epochs.toPrecision(3))} times through the data${kept}`;
}

function threadsOf(threads: number): string {
  return threads === 0 ? "all cores" : threads === 1 ? "1 thread" : `${threads} threads`;
}

function settings({ architecture, hyperparameters, training }: RunConfig): Markup {
  const { maxIterations: _, seed: __, threads: ___, ...course } = training;
  const defaults = new Map<string, unknown>([
    ...Object.entries({ ...FLAT_DEFAULTS, ...flat(hyperparametersSchema.parse({})) }),
    ...Object.entries(runConfig.shape.training.parse({})),
    ["logEvery", usualLogEvery(training.maxIterations)],
  ]);
  const idle = idleSettings(hyperparameters, architecture);
  const entries = [...Object.entries(flat(hyperparameters)), ...Object.entries(course)]
    .filter(([key]) => !idle.has(key as never) && !(hyperparameters.deterministic && OF_KL.has(key)))
    .map(([key, value]) => ({ key, value: saidOf(key, value), changed: defaults.get(key) !== value }));
  const used = entries.filter(({ value, changed }) => changed || !isOff(value));
  const off = entries.filter((each) => !used.includes(each)).map(({ key }) => settingName(key));
  return html`<dl class="settings">${used.map(
    ({ key, value, changed }) =>
      html`<div${changed && html` class="changed"`}><dt>${settingName(key)}</dt><dd>${valueText(value)}</dd></div>`,
  )}</dl>${off.length > 0 && html`<p class="unused">Not used: ${off.join(", ")}.</p>`}`;
}

/** Some zeros are not nothing. */
function saidOf(key: string, value: unknown): unknown {
  return key === "validateEvery" && value === 0 ? "once an epoch" : value;
}

/** Settings of a term that an autoencoder does not have. */
const OF_KL = new Set(
  "objective beta klWarmup klCycles klCycleRise freeBits capacity capacityWarmup latentSamples".split(" "),
);

/** Whether a setting asks for nothing. */
function isOff(value: unknown): boolean {
  return value === 0 || value === false || value === "none" || value === "never" || value === undefined;
}

function valueText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return value >= 10_000 ? formatCount(value) : String(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function repeat(config: RunConfig): Markup {
  const command = trainingCommand(config);
  if (!command)
    return html`<p class="note">Data or networks of this run were made in code: there is no command that repeats it.</p>`;
  return html`<h3>To do it again</h3>
<pre><code>${shellText(command)}</code></pre>
<p>With the same version, engine and number of threads, on the same kind of processor, it gives the same weights to the last bit.</p>`;
}
