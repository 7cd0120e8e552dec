import { type Shape, sameShape, sizeOf } from "../graph/node.ts";
import { timesText } from "../nn/layers/rule.ts";
import { type Layer, layerShapes } from "../nn/layers.ts";
import type { ModelConfig } from "./config.ts";
import { headOf } from "./head.ts";
import { decoderInputShape } from "./places.ts";
import { posteriorFamilyOf, posteriorRule } from "./posteriors.ts";
import { weightsLayout } from "./weights.ts";

/** One layer of a model. */
export interface LayerSummary {
  /** Where its parameters are: `encoder.0` for `encoder.0.weight`. */
  readonly name: string;
  /** Type and settings, as in `conv2d 32, kernel 4, stride 2`. */
  readonly layer: string;
  /** Its output shape for one example. */
  readonly shape: Shape;
  /** Number of trainable parameters, without those of inner layers, which have separate entries. */
  readonly parameters: number;
}

/** The layers of both networks in the order in which data pass, their heads included. */
export function layersOf(model: ModelConfig): LayerSummary[] {
  const { encoder, decoder, latent, inputShape } = model;
  const parameters = weightsLayout(model).parameterSpecs;
  const units = posteriorRule(model).units(posteriorFamilyOf(model), latent);
  const begin = decoderInputShape(model);
  const made = layerShapes(decoder, begin, "decoder").at(-1) ?? begin;
  const last = headOf(model);
  return [
    ...entries("encoder", encoder, inputShape),
    { name: "encoder.posterior", layer: layerText({ type: "dense", units }), shape: [units] },
    ...entries("decoder", decoder, begin),
    { name: "decoder.likelihood", layer: layerText(last), shape: layerShapes([last], made, "head")[0]! },
  ].map((entry) => ({
    ...entry,
    parameters: parameters.reduce(
      (sum, { name, shape }) => sum + (isOwn(name, entry.name) ? sizeOf(shape) : 0),
      0,
    ),
  }));
}

type Entry = Omit<LayerSummary, "parameters">;

function entries(path: string, layers: readonly Layer[], input: Shape): Entry[] {
  const shapes = layerShapes(layers, input, path);
  return layers.flatMap((layer, index) => {
    const name = `${path}.${index}`;
    const own = { name, layer: layerText(layer), shape: shapes[index]! };
    if (layer.type !== "residual") return [own];
    return [own, ...entries(name, layer.layers, shapes[index - 1] ?? input)];
  });
}

/** Whether a parameter is of the layer itself; a residual's projection counts as its own. */
function isOwn(parameter: string, layer: string): boolean {
  return parameter.startsWith(`${layer}.`) && !/^\d/.test(parameter.slice(layer.length + 1));
}

/** A table of a model's layers: where, what, the shape that comes out, and how many parameters. */
export function describe(model: ModelConfig): string {
  const layers = layersOf(model);
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const rows = layers.map(({ name, layer, shape, parameters }) => {
    return [name, layer, timesText(shape), parameters === 0 ? "" : countText(parameters)] as const;
  });
  const table = [
    ["", "input", timesText(model.inputShape), ""] as const,
    ...rows,
    ["", "all parameters", "", countText(total)] as const,
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const lineOf = (row: readonly string[]) =>
    row.map((cell, column) => (column === 3 ? cell.padStart(widths[3]!) : cell.padEnd(widths[column]!)));
  return table.map((row) => lineOf(row).join("  ").trimEnd()).join("\n");
}

/** The shapes of the data through both networks: `28×28×1 → 14×14×32 → 256 → 10`. */
export function shapesText(model: ModelConfig): { readonly encoder: string; readonly decoder: string } {
  const pathOf = (layers: readonly Layer[], input: Shape, end: Shape) => {
    const all = [input, ...layerShapes(layers, input, "network"), end];
    const changes = all.filter((shape, index) => index === 0 || !sameShape(shape, all[index - 1]!));
    return changes.map((shape) => shape.join("×")).join(" → ");
  };
  const { encoder, decoder, inputShape, latent } = model;
  return {
    encoder: pathOf(encoder, inputShape, [latent]),
    decoder: pathOf(decoder, decoderInputShape(model), inputShape),
  };
}

/** `conv2d 32, kernel 4, stride 2` */
function layerText(layer: Layer): string {
  if (layer.type === "residual") return "residual";
  const { type, ...settings } = layer;
  const parts = Object.entries(settings)
    .filter(([key]) => key !== "initialization")
    .map(([key, value]) => {
      const text = Array.isArray(value) ? timesText(value) : String(value);
      return UNNAMED.has(key) ? text : `${key} ${text}`;
    });
  return [type, parts.join(", ")].filter((part) => part !== "").join(" ");
}

/** Settings that need no name beside the type. */
const UNNAMED: ReadonlySet<string> = new Set(["units", "channels", "activation", "shape", "keepProbability"]);

function countText(value: number): string {
  return value.toLocaleString("en");
}
