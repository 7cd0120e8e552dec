import { zipSync } from "fflate";
import { File as Hdf5File, ready } from "h5wasm";
import { describe, expect, it } from "vitest";
import { DataError } from "../../common/errors.ts";
import { memorySource } from "../source.ts";
import type { ReadOptions } from "./format.ts";
import { fileFormats } from "./known-formats.ts";
import { nodeHdf5 } from "./node-hdf5.ts";
import { npzFormat } from "./npz.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import { bytesOf, readAll, referenceFile } from "./testing/read-all.ts";

const h5adFormat = fileFormats({ pictures: sharpDecoder, hdf5: nodeHdf5 }).find(
  ({ name }) => name === "h5ad",
)!;

let made = 0;
/** An HDF5 file. @param fill writes its content */
async function hdf5(fill: (file: Hdf5File) => void): Promise<Uint8Array> {
  const { FS } = await ready;
  const path = `/wrong-${made++}.h5`;
  const file = new Hdf5File(path, "w");
  fill(file);
  file.flush();
  file.close();
  return FS!.readFile(path);
}

/** Compressed sparse rows of 2 × 3 counts. */
function csr(file: Hdf5File, { indptr = [0, 1, 2], indices = [0, 2], data = [1, 2] }, shape = [2, 3]): void {
  const group = file.create_group("X");
  group.create_attribute("encoding-type", "csr_matrix");
  group.create_attribute("shape", shape, null, "<i8");
  group.create_dataset({ name: "data", data: Float64Array.from(data), shape: [data.length] });
  group.create_dataset({ name: "indices", data: Int32Array.from(indices), shape: [indices.length] });
  group.create_dataset({ name: "indptr", data: Int32Array.from(indptr), shape: [indptr.length] });
}

const dense = (values: number[]) => (file: Hdf5File) => {
  file.create_dataset({ name: "X", data: Float64Array.from(values), shape: [2, values.length / 2] });
};

type Wrong = readonly [what: string, bytes: () => Promise<Uint8Array>, options?: ReadOptions];

const H5AD: readonly Wrong[] = [
  ["no X", () => hdf5((file) => void file.create_group("obs"))],
  ["an infinity", () => hdf5(dense([1, Number.POSITIVE_INFINITY]))],
  ["a value beyond single precision", () => hdf5(dense([1, 1e300]))],
  ["labels and no obs", () => hdf5(dense([1, 2])), { label: "kind" }],
  ["X of text", () => hdf5((file) => void file.create_dataset({ name: "X", data: ["a", "b"] }))],
  ["X of one axis", () => hdf5((file) => void file.create_dataset({ name: "X", data: new Float64Array(4) }))],
  ["a place outside", () => hdf5((file) => csr(file, { indices: [0, 7] }))],
  ["rows that end before they begin", () => hdf5((file) => csr(file, { indptr: [0, 2, 1] }))],
  ["fewer offsets than rows", () => hdf5((file) => csr(file, { indptr: [0, 2] }))],
  ["a size it cannot hold", () => hdf5((file) => csr(file, {}, [2_000_000_000, 2_000_000_000]))],
  ["zeros for its beginning", async () => (await bytesOf(referenceFile("csr.h5ad"))).slice().fill(0, 9, 300)],
];

it("reads the h5ad file that the wrong ones are made of", async () => {
  const { rows } = await readAll(h5adFormat, memorySource("good", await hdf5((file) => csr(file, {}))), {});
  expect(rows).toEqual([
    [1, 0, 0],
    [0, 0, 2],
  ]);
});

const npz = async (name: string) => (await bytesOf(referenceFile(name))).slice();
const array = async (name: string) => bytesOf(referenceFile(name));
const zipped = async (entries: Record<string, Uint8Array>) => zipSync(entries);
const NPZ: readonly Wrong[] = [
  ["its first half", async () => (await npz("stored.npz")).subarray(0, 300)],
  ["its last bytes gone", async () => (await npz("deflated.npz")).subarray(0, -30)],
  ["no arrays", async () => zipped({ "readme.txt": new Uint8Array(3) })],
  ["an unknown layer", () => npz("stored.npz"), { layer: "nothing" }],
  ["unknown labels", () => npz("stored.npz"), { label: "nothing" }],
  [
    "two arrays that could be meant",
    async () => zipped({ "a.npy": await array("uint8.npy"), "b.npy": await array("int8.npy") }),
  ],
  [
    "labels of another length",
    async () => zipped({ "x.npy": await array("uint8.npy"), "y.npy": await array("images-fortran.npy") }),
  ],
  ["an array that is none", async () => zipped({ "x.npy": new TextEncoder().encode("hello") })],
  ["an array cut short", async () => zipped({ "x.npy": (await array("float64.npy")).subarray(0, 150) })],
  ["objects", async () => zipped({ "x.npy": await array("objects.npy") })],
];

describe.each([
  { format: h5adFormat, wrong: H5AD },
  { format: npzFormat, wrong: NPZ },
])("$format.name", ({ format, wrong }) => {
  const cases = wrong.map(([what, bytes, options]) => ({ what, bytes, options }));
  it.each(cases)("with $what is refused by a sentence that names the file", async ({ bytes, options }) => {
    const source = memorySource("bad", await bytes());
    const read = readAll(format, source, options);
    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(/^bad/);
  });
});
