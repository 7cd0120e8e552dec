import { exampleSize, exampleValues, subset } from "../../data/dataset.ts";
import { inDataUnits } from "../../data/preprocess.ts";
import { everyClass, firstClass } from "../../evaluate/given.ts";
import { conditionWidth } from "../../models/condition.ts";
import { hasPoints } from "../../models/posteriors.ts";
import { classOptions } from "../../pictures/class-options.ts";
import { dataOf } from "../../pictures/image-maker.ts";
import type { Scene } from "../../pictures/kind.ts";
import { encodeData, type Posteriors, planeOf, rankDimensions } from "../../pictures/latent-view.ts";
import { decodeGrid, gridFor, planeAxes, TABLEAU_GRID } from "../../pictures/planes.ts";
import { areProfiles, type RowLook, rowLook, wayColour, wayLines } from "../../pictures/row-maker.ts";
import { fittingAxes } from "../../plot/latent-axes.ts";
import { traversal } from "../../plot/latent-directions.ts";
import { fittingColumns, GIVEN_COLOUR, PROFILE_COLOUR, profilePanels } from "../../plot/profile-panels.ts";
import { latentName } from "../../plot/text.ts";
import { html, type Markup } from "../html.ts";
import { type PageFigure, pageKey, pageSvg } from "./figure.ts";
import { decodingsFigure, pointsFigure } from "./plane.ts";
import { strip } from "./strips.ts";
import { type TableColumn, tableColumns, valuesTable } from "./table.ts";

/** Pictures of a block of a row, and blocks of reconstructions. */
const BLOCK = 5;
const BLOCKS = 4;
const SAMPLE_COLUMNS = 10;
const SAMPLE_ROWS = 10;
const WAY = { steps: 11, lines: 7, reach: 3, most: 8 };
/** Nats of KL, or variance of the means, below which a dimension carries nothing. */
const NOTHING = 0.01;
/** Rows of tables, and frames of profiles. */
const FEW = 6;
/** Of a frame of a profile in CSS pixels. */
const PANEL = 250;

/**
 * What a model does, drawn for a page: of its data only where these can be read.
 * @returns in no certain order
 */
export async function drawFigures(scene: Scene): Promise<PageFigure[]> {
  const look = await rowLook(scene);
  const data = await dataOf(scene);
  const { model } = scene.run.vae;
  const columns = tableColumns(data?.schema.columns, scene.run.config.data.decoding?.columns);
  const context: Context = { scene, look, columns };
  const figures = [await samplesFigure(context)];
  if (!data) return figures;
  const posteriors = await encodeData(scene);
  figures.push(await reconstructionsFigure(context));
  if (model.latent !== 2) figures.push(await traversalFigure(context, posteriors));
  if (model.latent === 2) figures.push(await tableauFigure(context, posteriors));
  else if (model.latent > 2) figures.push(await latentFigure(context, posteriors));
  return figures;
}

interface Context {
  readonly scene: Scene;
  readonly look: RowLook;
  /** Where rows are a table that fits a page. */
  readonly columns: TableColumn[] | undefined;
}

async function reconstructionsFigure({ scene, look, columns }: Context): Promise<PageFigure> {
  const { vae, config } = scene.run;
  const name = "reconstructions";
  const data = await scene.data();
  const count = countOf(data.examples, columns || areProfiles(look) ? FEW : BLOCK * BLOCKS);
  const chosen = subset(data, 0, count);
  const given = exampleValues(chosen, { start: 0, end: count });
  if (columns) {
    const made = rowsOf(await vae.reconstruct(chosen, { values: "mode" }), count);
    const rows = rowsOf(inDataUnits(given, config.data.preprocess), count);
    const groups = rows.map((values, index) => [
      { label: `example ${index}`, values },
      { label: "reconstruction", values: made[index]! },
    ]);
    return { name, body: valuesTable(columns, groups), note: "Reconstructions are the most likely values." };
  }
  const made = await vae.reconstruct(chosen, { units: "model" });
  if (areProfiles(look)) {
    const [before, after] = [look.linesOf(given), look.linesOf(made)];
    const points = exampleSize(data) <= MOST_POINTS;
    const panels = before.map((values, index) => ({
      title: `example ${index}`,
      lines: [
        { values, colour: GIVEN_COLOUR, points },
        { values: after[index]!, colour: PROFILE_COLOUR },
      ],
    }));
    const key = [
      { name: "input", colour: GIVEN_COLOUR, points },
      { name: "reconstruction", colour: PROFILE_COLOUR },
    ];
    return { name, body: await panelsMarkup(panels, look, key), note: look.profile.note };
  }
  const [before, after] = [look.toImages(given), look.toImages(made)];
  const blocks = Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) =>
    range(block * BLOCK, Math.min(count, (block + 1) * BLOCK)),
  );
  const bands = await Promise.all(
    blocks.map(async (indices) => {
      const which = `examples ${indices[0]} to ${indices.at(-1)}`;
      const input = await strip(before, indices.length, indices, `Inputs: ${which}`);
      const output = await strip(after, indices.length, indices, `Their reconstructions: ${which}`);
      return html`<div class="band"><span>input</span>${input}<span>reconstruction</span>${output}</div>`;
    }),
  );
  return { name, body: html`<div class="bands">${bands}</div>`, note: look.note };
}

async function samplesFigure({ scene, look, columns }: Context): Promise<PageFigure> {
  const { vae } = scene.run;
  const { model } = vae;
  const name = "samples";
  const classes = model.condition ? conditionWidth(model.condition) : 0;
  const across = classes > 0 && classes <= 2 * SAMPLE_COLUMNS ? classes : SAMPLE_COLUMNS;
  const few = columns || areProfiles(look);
  const count = few ? Math.max(FEW, Math.min(classes, 2 * FEW)) : across * SAMPLE_ROWS;
  const how = { seed: 0, ...everyClass(model, count) };
  if (columns) {
    const rows = rowsOf(await vae.sample(count, { ...how, values: "draw" }), count);
    const lines = rows.map((values, index) => ({ label: `sample ${index + 1}`, values }));
    return { name, body: valuesTable(columns, [lines]), note: "Values are drawn, noise and all." };
  }
  const rows = await vae.sample(count, { ...how, units: "model" });
  if (areProfiles(look)) {
    const panels = look.linesOf(rows).map((values, index) => ({
      title: `sample ${index + 1}`,
      lines: [{ values, colour: PROFILE_COLOUR }],
    }));
    return { name, body: await panelsMarkup(panels, look), note: look.profile.note };
  }
  const images = look.toImages(rows);
  const half = count / 2;
  const halves = [range(0, half), range(half, count)].map((indices, at) =>
    strip(images, across, indices, `Samples ${at * half + 1} to ${(at + 1) * half}`),
  );
  return { name, body: html`<div class="halves">${await Promise.all(halves)}</div>`, note: look.note };
}

async function traversalFigure({ scene, look }: Context, posteriors: Posteriors): Promise<PageFigure> {
  const { vae } = scene.run;
  const { model } = vae;
  const ranked = rankDimensions(vae, posteriors);
  const telling = ranked.filter(({ weight }) => weight > NOTHING);
  const chosen = ranked.slice(0, Math.max(1, Math.min(WAY.most, telling.length)));
  const byDimension = [...ranked].sort((a, b) => a.dimension - b.dimension);
  const steps = areProfiles(look) ? WAY.lines : WAY.steps;
  const points = traversal(
    Float32Array.from(byDimension, ({ mean }) => mean),
    byDimension.map(({ deviation }) => deviation),
    chosen.map(({ dimension }) => dimension),
    { steps, reach: WAY.reach },
  );
  const decoded = await vae.decode(points, { ...firstClass(model), units: "model" });
  const measure = hasPoints(model) ? "variance" : "KL";
  const labels = chosen.map(
    ({ dimension, weight }) => `${latentName(dimension)} · ${measure} ${weight.toFixed(2)}`,
  );
  const left = telling.length - chosen.length;
  const idle = model.latent - Math.max(telling.length, chosen.length);
  const note = [
    left > 0 && `${left} more ${left === 1 ? "dimension carries" : "dimensions carry"} something.`,
    telling.length === 0 && "None of the dimensions carries anything.",
    telling.length > 0 && idle > 0 && `${idle} ${idle === 1 ? "carries" : "carry"} nothing.`,
    areProfiles(look) ? look.profile.note : look.note,
  ]
    .filter(Boolean)
    .join(" ");
  const name = "traversal";
  if (areProfiles(look)) {
    const lines = look.linesOf(decoded);
    const panels = labels.map((title, row) => ({
      title,
      lines: wayLines(lines.slice(row * steps, (row + 1) * steps)),
    }));
    const key = [-WAY.reach, 0, WAY.reach].map((reach, at) => ({
      name: sigmas(reach),
      colour: wayColour(at / 2),
    }));
    return { name, body: await panelsMarkup(panels, look, key), note };
  }
  const images = look.toImages(decoded);
  const rows = await Promise.all(
    labels.map(async (label, row) => {
      const indices = range(row * steps, (row + 1) * steps);
      const way = await strip(images, steps, indices, `${label}, from −3 to 3 standard deviations`);
      return html`<div class="way"><span>${label}</span>${way}</div>`;
    }),
  );
  const ends = [-WAY.reach, 0, WAY.reach].map((reach) => html`<i>${sigmas(reach)}</i>`);
  const head = html`<div class="way"><span></span><div class="ends">${ends}</div></div>`;
  return { name, body: html`<div class="ways">${head}${rows}</div>`, note: note || undefined, narrow: true };
}

async function latentFigure({ scene }: Context, posteriors: Posteriors): Promise<PageFigure> {
  const data = await scene.data();
  const view = planeOf(scene, posteriors);
  const look = await classOptions(scene);
  const alternative = `Latent points of ${data.examples} ${data.split} examples along ${view.axisLabels.join(" and ")}`;
  const { svg, key } = await pointsFigure(data, view, { axes: fittingAxes(view.means), look, alternative });
  return {
    name: "latent",
    body: html`<div class="plane">${key}${svg}</div>`,
    note: `Of ${scene.run.vae.model.latent} dimensions, the two that tell most.`,
    narrow: true,
  };
}

async function tableauFigure({ scene }: Context, posteriors: Posteriors): Promise<PageFigure> {
  const { model } = scene.run.vae;
  const data = await scene.data();
  const view = planeOf(scene, posteriors);
  const axes = planeAxes(model, view.means);
  const grid = gridFor(scene, TABLEAU_GRID, axes);
  const { svg: points, key } = await pointsFigure(data, view, {
    axes,
    look: await classOptions(scene),
    alternative: `Latent points of ${data.split} examples`,
  });
  const { decoded, shape, nx } = await decodeGrid(scene, axes, grid);
  const decodings = await decodingsFigure(decoded, {
    ...{ axes, shape, nx },
    alternative: "Decodings of places all over the same plane",
  });
  return { name: "tableau", body: html`${key}<div class="halves">${points}${decodings}</div>` };
}

/** A line over more values than these hides them. */
const MOST_POINTS = 200;

type Panels = Parameters<typeof profilePanels>[0];
interface KeyEntry {
  readonly name: string;
  readonly colour: readonly [number, number, number];
  readonly points?: boolean;
}

async function panelsMarkup(
  panels: Panels,
  look: Extract<RowLook, { profile: unknown }>,
  key: readonly KeyEntry[] = [],
): Promise<Markup> {
  const drawn = await Promise.all(
    panels.map((panel) => {
      const figure = profilePanels([panel], {
        ...look.profile,
        note: undefined,
        columns: 1,
        panelWidth: PANEL,
      });
      return pageSvg(figure, panel.title ?? "");
    }),
  );
  const entries = key.map(({ name, colour, points }) => {
    const paint = `rgb(${colour.join(",")})`;
    return {
      name,
      sign: points
        ? `<circle cx="7" cy="7" r="3" fill="${paint}"/>`
        : `<path d="M0,7H14" stroke="${paint}" stroke-width="2.5"/>`,
    };
  });
  return html`${pageKey(entries)}<div class="panels" style="--columns:${fittingColumns(panels.length, 3)}">${drawn}</div>`;
}

/** Of so many examples as many as fill blocks, where there are enough. */
function countOf(examples: number, most: number): number {
  if (examples >= most) return most;
  return examples > BLOCK ? examples - (examples % BLOCK) : examples;
}

function rowsOf<T extends Float32Array | Float64Array>(values: T, count: number): T[] {
  const size = values.length / count;
  return range(0, count).map((row) => values.subarray(row * size, (row + 1) * size) as T);
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, at) => start + at);
}

function sigmas(reach: number): string {
  return reach === 0 ? "0" : `${reach < 0 ? "−" : ""}${Math.abs(reach)} σ`;
}
