import { sizeOf } from "../graph/node.ts";
import type { Weights } from "../models/weights.ts";
import { weightsByName } from "../models/weights.ts";
import { fromHalf, toHalf } from "./half.ts";
import type { Section, Sections } from "./pack.ts";

/** How tensors are stored: float32, float16 (1e-4 in a pixel), or 8 bits with a scale for each unit or channel. */
export type Precision = "single" | "half" | "byte";

/** Tensors of a model as sections, under `PREFIX:NAME`. Those of one axis are never stored in 8 bits. */
export function storeTensors(
  weights: Weights,
  names: readonly string[],
  prefix: string,
  precision: Precision,
): Sections {
  const tensors = weightsByName(weights);
  const slices = [...weights.layout.parameters.slices, ...weights.layout.states.slices];
  const sections: Record<string, Section> = {};
  for (const name of names) {
    const values = tensors[name]!;
    const { shape } = slices.find((slice) => slice.name === name)!;
    const key = `${prefix}:${name}`;
    if (precision === "single") sections[key] = values.slice();
    else if (precision === "half" || shape.length < 2) sections[key] = toHalf(values);
    else Object.assign(sections, quantized(key, values, shape.at(-1) ?? sizeOf(shape)));
  }
  return sections;
}

/** The tensors under a prefix, in single precision. */
export function readTensors(sections: Sections, prefix: string): Record<string, Float32Array> {
  const tensors: Record<string, Float32Array> = {};
  for (const [key, values] of Object.entries(sections)) {
    if (!key.startsWith(`${prefix}:`) || key.endsWith(SCALES)) continue;
    const name = key.slice(prefix.length + 1);
    if (values instanceof Uint16Array) tensors[name] = fromHalf(values);
    else if (values instanceof Int8Array) {
      const scales = sections[key + SCALES]!;
      tensors[name] = Float32Array.from(values, (value, at) => value * scales[at % scales.length]!);
    } else tensors[name] = values as Float32Array;
  }
  return tensors;
}

const SCALES = ":scales";
const GREATEST = 127;

/** Symmetric, one scale for each place on the last axis. */
function quantized(key: string, values: Float32Array, units: number): Sections {
  const scales = new Float32Array(units);
  for (let i = 0; i < values.length; i++)
    scales[i % units] = Math.max(scales[i % units]!, Math.abs(values[i]!) / GREATEST);
  const bytes = Int8Array.from(values, (value, i) => Math.round(value / (scales[i % units]! || 1)));
  return { [key]: bytes, [key + SCALES]: scales };
}

/** 0 for the least, 255 for the greatest. */
export function toBytes(
  values: Float32Array,
  [least, greatest]: readonly [number, number],
): Uint8Array<ArrayBuffer> {
  const scale = 255 / (greatest - least || 1);
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round((value - least) * scale))));
}
