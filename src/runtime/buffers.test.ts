import { describe, expect, it } from "vitest";
import { VaekitError } from "../common/errors.ts";
import { boundBuffers, checkAttached, checkBuffers, type Signature } from "./buffers.ts";
import type { TensorBuffer, TensorBuffers } from "./session.ts";

const SIGNATURE: Signature = {
  inputs: [
    { name: "x", type: "float32", shape: [undefined, 2] },
    { name: "index", type: "int64", shape: [3] },
  ],
  outputs: [
    { name: "y", type: "float32", shape: [undefined, 2] },
    { name: "mask", type: "bool", shape: [] },
    { name: "words", type: undefined, shape: [1] },
  ],
};

const x: TensorBuffer = { type: "float32", shape: [2, 2], data: new Float32Array(4) };
const y: TensorBuffer = { type: "float32", shape: [2, 2], data: new Float32Array(4) };
const index: TensorBuffer = { type: "int64", shape: [3], data: new BigInt64Array(3) };
const inputs: TensorBuffers = { x, index };

describe("checkBuffers", () => {
  it("accepts what fits, with any size in an open dimension and any shape for an unknown rank", () => {
    const empty: TensorBuffer = { type: "float32", shape: [0, 2], data: new Float32Array(0) };
    const mask: TensorBuffer = { type: "bool", shape: [2, 1], data: new Uint8Array(2) };
    expect(() => checkBuffers(SIGNATURE, [{ inputs, outputs: { y, mask } }])).not.toThrow();
    expect(() =>
      checkBuffers(SIGNATURE, [{ inputs: { x: empty, index }, outputs: { y: empty } }]),
    ).not.toThrow();
  });

  it.each<[string, TensorBuffers, TensorBuffers]>([
    ['the model has no input "z"; it has "x", "index"', { ...inputs, z: x }, { y }],
    ['the model has no output "x"; it has "y", "mask", "words"', inputs, { x }],
    ['input "index" is not bound; bind every input of the model', { x }, { y }],
    ['no output is bound; bind at least one of "y", "mask", "words"', inputs, {}],
    ['input "x" is bound as int64; the model declares float32', { x: index, index }, { y }],
    [
      'output "words" is bound as float32; the model declares a type that vaekit does not handle',
      inputs,
      { words: y },
    ],
    [
      'input "x" of type float32 has its data in a Float64Array; use a Float32Array',
      { x: { ...x, data: new Float64Array(4) }, index },
      { y },
    ],
    [
      'output "y" has shape [-1,2]; dimensions must be non-negative integers',
      inputs,
      { y: { ...y, shape: [-1, 2] } },
    ],
    ['input "x" has shape [4]; the model declares [?,2]', { x: { ...x, shape: [4] }, index }, { y }],
    ['output "y" has shape [1,4]; the model declares [?,2]', inputs, { y: { ...y, shape: [1, 4] } }],
    [
      'input "x" has a buffer of 16 bytes; shape [3,2] of float32 needs 24',
      { x: { ...x, shape: [3, 2] }, index },
      { y },
    ],
    ['output "y" and input "x" share memory; give every output its own', inputs, { y: x }],
  ])("says: %s", (message, boundInputs, boundOutputs) => {
    const check = () => checkBuffers(SIGNATURE, [{ inputs: boundInputs, outputs: boundOutputs }]);
    expect(check).toThrow(VaekitError);
    expect(check).toThrow(message);
  });

  it("lets inputs share memory and outputs lie side by side, but not overlap by a single element", () => {
    const memory = new ArrayBuffer(64);
    const at = (byteOffset: number, of = memory) => ({ ...x, data: new Float32Array(of, byteOffset, 4) });
    const value = (name: string) => ({ name, type: "float32" as const, shape: [2, 2] });
    const signature = { inputs: [value("a"), value("b")], outputs: [value("c"), value("d")] };
    const same = at(0);
    const inputs = { a: same, b: same };
    const check = (...outputs: { c: TensorBuffer; d: TensorBuffer }[]) => {
      const parts = outputs.map((each) => ({ inputs, outputs: each }));
      return () => checkBuffers(signature, parts);
    };
    expect(check({ c: at(16), d: at(32) })).not.toThrow();
    expect(check({ c: at(16), d: at(28) })).toThrow('output "c" and output "d" share memory');
    const elsewhere = new ArrayBuffer(64);
    const other = { c: at(0, elsewhere), d: at(16, elsewhere) };
    expect(check({ c: at(16), d: at(32) }, other)).not.toThrow();
    expect(check({ c: at(16), d: at(32) }, { ...other, d: at(28) })).toThrow(
      'output "c" and output "d" share memory',
    );
    expect(check({ c: at(16), d: at(32) }, { ...other, d: at(0) })).toThrow(
      'output "d" and input "a" share memory',
    );
  });
});

describe("checkAttached", () => {
  it("notices memory that went to another thread", () => {
    const buffers = boundBuffers({ x: { ...x, data: new Float32Array(4) } }, { y });
    expect(() => checkAttached(buffers)).not.toThrow();
    structuredClone(null, { transfer: [buffers[0]?.data.buffer as ArrayBuffer] });
    expect(() => checkAttached(buffers)).toThrow(
      'the memory of input "x" was detached or resized while bound',
    );
  });
});
