import { breather } from "../common/breathe.ts";
import { input } from "../graph/build.ts";
import { type Graph, sizeOf, type Tensor, topologicalOrder } from "../graph/node.ts";
import { simplify } from "../graph/rewrite.ts";
import { type Weights, weightsByName } from "../models/weights.ts";
import { namedTensors } from "../nn/parameters.ts";
import { Trace } from "../nn/scope.ts";
import { emitFreeBatch } from "../onnx/emit.ts";
import { type Runtime, rowsOf, type Session, type TensorBuffers } from "../runtime/session.ts";

/** The shape of one row of each tensor, by name. */
type RowShapes = Readonly<Record<string, readonly number[]>>;

/** Progress of work on many rows. */
export interface LongWork {
  /** Ends the work with its reason when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called with the units of work done, and how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a {@link RowFunction} computes: inputs and outputs whose first axis is the batch. */
export interface RowGraph {
  /** The shape of one row of each input. Noise the model asks for becomes an input too, and `run` must fill it. */
  readonly inputs: RowShapes;
  /** @param tensors the inputs, [batch, …row] */
  build(trace: Trace, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
}

/** Writes the random numbers of a chunk for one noise input of the graph. */
type NoiseFiller = (noise: RowNoise, chunk: RowChunk) => void;

/** A noise input of a graph. */
interface RowNoise {
  readonly name: string;
  /** Index among the graph's noise inputs, in the order of the model. */
  readonly index: number;
  /** To fill, [rows, {@link width}]. */
  readonly out: Float32Array;
  /** Random numbers for each row. */
  readonly width: number;
}

export interface RowChunk {
  /** Index of the chunk's first row. */
  readonly first: number;
  readonly rows: number;
  /** Inputs to fill, and outputs to read, by name; row-major. */
  readonly buffers: Readonly<Record<string, Float32Array>>;
}

const MOST_ROWS = 500;
/** Values of the largest intermediate tensor for all rows of a chunk: 80 MB. */
const MOST_VALUES = 2e7;

/**
 * A function of a model's weights from rows to rows, evaluated in chunks of bounded size. It reads the weights in
 * place, unless they are frozen: when training changes them, the next call sees it.
 */
export class RowFunction {
  private readonly session: Session;
  private readonly weights: TensorBuffers;
  private readonly inputs: RowShapes;
  /** The inputs that the graph reads: not every output depends on all of them. */
  private readonly bound: RowShapes;
  private readonly outputs: RowShapes;
  /** Standard normal inputs. */
  private readonly noises: readonly string[];
  private readonly chunkRows: number;
  private readonly parts: number;
  private readonly breathe = breather();

  /**
   * @param options.chunkRows most rows computed at once; default 500, or fewer where a row needs much memory
   * @param options.frozen for weights that no longer change: they are copied, packed for faster products, and the two
   *   halves of a chunk run on separate cores
   */
  static async compile(
    runtime: Runtime,
    weights: Weights,
    definition: RowGraph,
    { chunkRows, frozen = false }: { chunkRows?: number; frozen?: boolean } = {},
  ): Promise<RowFunction> {
    let inputs: Record<string, readonly number[]> = {};
    let outputs: Record<string, readonly number[]> = {};
    let noiseNames: readonly string[] = [];
    let valuesOfRow = 1;
    const build = (batch: number): Graph => {
      const trace = new Trace({ training: false });
      const tensors = Object.fromEntries(
        Object.entries(definition.inputs).map(([name, row]) => [name, input(name, [batch, ...row])]),
      );
      const graph = simplify({ outputs: definition.build(trace, tensors) });
      const noises = Object.fromEntries([...trace.noises].map(([name, { tensor }]) => [name, tensor]));
      noiseNames = [...trace.noises.keys()];
      inputs = rowShapes({ ...tensors, ...noises });
      outputs = rowShapes(graph.outputs);
      valuesOfRow = largestSize(graph) / batch;
      return graph;
    };
    const model = emitFreeBatch(build, frozen ? { initializers: weightsByName(weights) } : {});
    // Weights that are read in place are packed again by every run: both halves would pack all of them, without gain.
    const rows = chunkRows ?? Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_VALUES / valuesOfRow)));
    const parts = frozen && rows > 1 ? 2 : 1;
    const session = await runtime.createSession(model, { parts });
    const buffers = {
      ...namedTensors(weights.layout.parameters, weights.parameters),
      ...namedTensors(weights.layout.states, weights.states),
    };
    const used = session.inputNames.filter((name) => name in buffers);
    const bound = Object.fromEntries(used.map((name) => [name, buffers[name]!]));
    return new RowFunction(session, bound, inputs, outputs, {
      chunkRows: rows - (rows % parts),
      parts,
      noises: noiseNames.filter((name) => session.inputNames.includes(name)),
    });
  }

  private constructor(
    session: Session,
    weights: TensorBuffers,
    inputs: RowShapes,
    outputs: RowShapes,
    { chunkRows, parts, noises }: { chunkRows: number; parts: number; noises: readonly string[] },
  ) {
    this.session = session;
    this.weights = weights;
    this.inputs = inputs;
    this.bound = Object.fromEntries(
      Object.entries(inputs).filter(([name]) => session.inputNames.includes(name)),
    );
    this.outputs = outputs;
    this.chunkRows = chunkRows;
    this.parts = parts;
    this.noises = noises;
  }

  /**
   * @param total rows in all
   * @param fill writes a chunk's inputs
   * @param consume reads a chunk's outputs; the buffers are used again for the next
   * @param work.fillNoise writes the noise that the model asks for
   * @throws {Error} when the model asks for noise and nothing fills it
   */
  async run(
    total: number,
    fill: (chunk: RowChunk) => void,
    consume: (chunk: RowChunk) => void,
    { signal, onProgress, fillNoise }: LongWork & { readonly fillNoise?: NoiseFiller } = {},
  ): Promise<void> {
    if (this.noises.length > 0 && !fillNoise)
      throw new Error(
        `the graph reads the noise ${this.noises.join(", ")}, which nobody fills: give run a fillNoise`,
      );
    for (const { rows, from, to } of chunkPlan(total, this.chunkRows)) {
      const inputs = allocate(this.inputs, rows);
      const outputs = allocate(this.outputs, rows);
      const binding = this.session.bindTogether(
        partition(rows, this.parts).map((part) => ({
          inputs: { ...rowsOfEach(this.bound, inputs, part), ...this.weights },
          outputs: rowsOfEach(this.outputs, outputs, part),
        })),
      );
      try {
        for (let first = from; first < to; first += rows) {
          signal?.throwIfAborted();
          const chunk = { first, rows, buffers: inputs };
          for (const [index, name] of this.noises.entries())
            fillNoise!({ name, index, out: inputs[name]!, width: sizeOf(this.inputs[name]!) }, chunk);
          fill(chunk);
          await binding.run();
          consume({ first, rows, buffers: outputs });
          onProgress?.(first + rows, total);
          await this.breathe();
        }
      } finally {
        binding.dispose();
      }
    }
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}

/** Writes the rows of a chunk into its inputs. @param all values of all rows by input; undefined: there is no such input */
export function writeRows(
  { first, rows, buffers }: RowChunk,
  all: Readonly<Record<string, Float32Array | undefined>>,
  total: number,
): void {
  for (const [name, values] of Object.entries(all)) {
    if (!values) continue;
    const width = values.length / total;
    buffers[name]!.set(values.subarray(first * width, (first + rows) * width));
  }
}

/** Full chunks first, then the remainder: each size is bound once. */
function chunkPlan(total: number, chunkRows: number): { rows: number; from: number; to: number }[] {
  const whole = total - (total % chunkRows);
  return [
    { rows: chunkRows, from: 0, to: whole },
    { rows: total - whole, from: whole, to: total },
  ].filter(({ from, to }) => to > from);
}

/** Splits rows into parts of nearly equal size, with at least one row each. */
function partition(rows: number, parts: number): { from: number; to: number }[] {
  const count = Math.min(rows, parts);
  const bound = (part: number) => Math.round((part * rows) / count);
  return Array.from({ length: count }, (_, part) => ({ from: bound(part), to: bound(part + 1) }));
}

function largestSize({ outputs }: Graph): number {
  return Math.max(...topologicalOrder(Object.values(outputs)).map(({ shape }) => sizeOf(shape)));
}

function rowShapes(tensors: Readonly<Record<string, Tensor>>): RowShapes {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape.slice(1)]));
}

function allocate(shapes: RowShapes, rows: number): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, row]) => [name, new Float32Array(rows * sizeOf(row))]),
  );
}

function rowsOfEach(
  shapes: RowShapes,
  buffers: Readonly<Record<string, Float32Array>>,
  { from, to }: { from: number; to: number },
): TensorBuffers {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, row]) => [name, rowsOf(buffers[name]!, [to - from, ...row], from)]),
  );
}
