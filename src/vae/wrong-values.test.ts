import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VaekitError } from "../common/errors.ts";
import { VAE } from "../node.ts";

const ROWS = Array.from({ length: 20 }, (_, row) =>
  Float32Array.from({ length: 4 }, (_, column) => ((row * column) % 7) / 7),
);
const BITS = [0, 1, 0, 1, 1, 1, 0, 0];

const NEVER: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["a negative number", -1],
  ["a fraction", 0.5],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["a text", "x"],
  ["an empty text", ""],
  ["a symbol", Symbol("s")],
  ["a bigint", 3n],
  ["a list", []],
  ["a list of lists", [[]]],
  ["texts", ["0", "1", "0", "1"]],
  ["rows of texts", [["0", "1", "0", "1"]]],
  ["rows of null", [null]],
  // biome-ignore lint/suspicious/noSparseArray: that is what is tried
  ["a sparse list", [, [0, 1, 0, 1]]],
  ["ragged rows", [[0, 1, 0, 1], [1]]],
  ["a buffer without type", new ArrayBuffer(8)],
  ["a DataView", new DataView(new ArrayBuffer(8))],
  ["a Date", new Date(0)],
  ["a Map", new Map([["seed", 1]])],
  ["a promise", Promise.resolve(1)],
  ["a generator", (function* () {})()],
  ["an object like a list", { length: 1, 0: [0, 1, 0, 1] }],
  ["a dataset's half", { examples: 3, shape: [4] }],
  ["an object without prototype", Object.assign(Object.create(null), { nothing: 1 })],
];

/** Fails unless the work is refused by one of our errors, in one sentence that names no flag and nothing of zod. */
async function expectRefusal(what: string, work: () => unknown): Promise<void> {
  let error: unknown;
  try {
    await work();
  } catch (thrown) {
    error = thrown;
  }
  expect(error, what).toBeInstanceOf(VaekitError);
  const { message } = error as Error;
  expect(message, what).not.toMatch(/\n|Invalid input|expected|\[object| --[a-z]|of type nonoptional/);
  expect(message.length, what).toBeLessThan(400);
}

describe("values of every wrong kind", () => {
  let vae: VAE;
  beforeAll(async () => {
    vae = new VAE([4, 3, 2], { batchSize: 10 });
    await vae.train(ROWS, { maxIterations: 1 });
  });
  afterAll(() => vae.dispose());

  const VERBS = ["encode", "decode", "reconstruct", "elbo", "logLikelihood", "score", "impute"] as const;

  it.each(NEVER)("%s is refused as data, options and settings", async (_name, value) => {
    const wrong = value as never;
    const verbs = vae as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
    for (const verb of VERBS) {
      await expectRefusal(`${verb}(value)`, () => verbs[verb]!(wrong));
      await expectRefusal(`${verb}(data, value)`, () => verbs[verb]!([[0, 1, 0, 1]], wrong));
    }
    await expectRefusal("sample(value)", () => vae.sample(wrong));
    await expectRefusal("sample(2, value)", () => vae.sample(2, wrong));
    await expectRefusal("train(value)", () => vae.train(wrong));
    await expectRefusal("train(data, value)", () => vae.train(ROWS, wrong));
    await expectRefusal("new VAE(value)", () => new VAE(wrong));
    await expectRefusal("new VAE(sizes, {}, value)", () => new VAE([4, 2], {}, wrong));
    await expectRefusal("save(…, value)", () => vae.save("run", wrong));
    await expectRefusal("load(…, value)", () => VAE.load("run", wrong));
    for (const option of ["signal", "onProgress", "seed", "samples", "nothing"])
      await expectRefusal(`elbo ${option}`, () => vae.elbo(ROWS, { [option]: wrong }));
    for (const option of ["validation", "maxIterations", "seed", "patience", "signal", "onEvent", "resume"])
      await expectRefusal(`train ${option}`, () => vae.train(ROWS, { [option]: wrong }));
    for (const option of ["inputShape", "model", "weights", "runtime"])
      await expectRefusal(`new VAE ${option}`, () => new VAE([4, 2], {}, { [option]: wrong }));
  });
});

describe("rows of every right kind", () => {
  const realm = runInNewContext(
    `({ bytes: new Uint8Array([${BITS}]), rows: [[0, 1, 0, 1], [1, 1, 0, 0]] })`,
  ) as { bytes: Uint8Array; rows: number[][] };
  const bigints = BITS.map(BigInt);

  it.each<[string, unknown]>([
    ["bytes", Uint8Array.from(BITS)],
    ["clamped bytes", Uint8ClampedArray.from(BITS)],
    ["a Buffer", Buffer.from(BITS)],
    ["bytes of another realm", realm.bytes],
    ["signed bytes", Int8Array.from(BITS)],
    ["16 bits", Uint16Array.from(BITS)],
    ["32 bits", Uint32Array.from(BITS)],
    ["64 bits", BigInt64Array.from(bigints)],
    ["64 bits without sign", BigUint64Array.from(bigints)],
    ["a flat list", BITS],
    [
      "rows",
      [
        [0, 1, 0, 1],
        [1, 1, 0, 0],
      ],
    ],
    ["rows of another realm", realm.rows],
    ["rows of clamped bytes", [Uint8ClampedArray.of(0, 1, 0, 1), Uint8ClampedArray.of(1, 1, 0, 0)]],
    ["rows of 64 bits", [BigInt64Array.of(0n, 1n, 0n, 1n), [1, 1, 0, 0]]],
    [
      "nested rows, as images are",
      [
        [
          [0, 1],
          [0, 1],
        ],
        [
          [1, 1],
          [0, 0],
        ],
      ],
    ],
    [
      "truth values",
      [
        [false, true, false, true],
        [true, true, false, false],
      ],
    ],
  ])("%s are the same examples", async (_name, given) => {
    const vae = new VAE([4, 3, 2], { batchSize: 10 });
    await vae.train(ROWS, { maxIterations: 1 });
    const { mean } = await vae.encode(given as never);
    expect(mean).toEqual((await vae.encode(Float32Array.from(BITS))).mean);
    await vae.dispose();
  });

  it("bytes beyond 1 are divided by 255 in rows, too", async () => {
    const vae = new VAE([4, 3, 2], { batchSize: 2 });
    await vae.train([Uint8ClampedArray.of(0, 255, 0, 51), Uint8Array.of(255, 0, 0, 0)], { maxIterations: 1 });
    const { mean } = await vae.encode([[0, 1, 0, 0.2]]);
    expect((await vae.encode([Uint8Array.of(0, 255, 0, 51)])).mean).toEqual(mean);
    await vae.dispose();
  });
});
