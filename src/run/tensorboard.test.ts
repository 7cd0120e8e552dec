import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import crc32c from "crc-32/crc32c.js";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../files/testing/folder.ts";
import { frameRecord } from "../files/tfrecord.ts";
import type { TrainingEvent } from "../train/events.ts";
import { TensorBoardWriter } from "./tensorboard.ts";

const log: TrainingEvent = {
  type: "log",
  iteration: 300,
  epoch: 1,
  learningRate: 0.001,
  beta: 0.5,
  elbo: -101.25,
  reconstruction: -100,
  kl: 1.25,
};
const validation: TrainingEvent = {
  type: "validation",
  iteration: 300,
  epoch: 1,
  best: true,
  elbo: -98.5,
  reconstruction: -97,
  kl: 1.5,
};

/** The checksum as its definition says, bit by bit: Castagnoli's polynomial 0x1EDC6F41, reflected. */
function crc32cByBits(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** How TensorFlow undoes the mask (tensorflow/core/lib/hash/crc32c.h). */
function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

function records(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(data.length).toBe(length);
    expect(unmask(bytes.readUInt32LE(at + 8))).toBe(crc32cByBits(bytes.subarray(at, at + 8)));
    expect(unmask(bytes.readUInt32LE(at + 12 + length))).toBe(crc32cByBits(data));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

/** Fields of a protobuf message in order: numbers of the wire types varint, 64 bit and 32 bit, or bytes. */
function fields(message: Buffer): [number, number | Buffer][] {
  const found: [number, number | Buffer][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  const read: Readonly<Record<number, () => number | Buffer>> = {
    0: varint,
    1: () => take(8).readDoubleLE(),
    2: () => take(varint()),
    5: () => take(4).readFloatLE(),
  };
  while (at < message.length) {
    const tag = varint();
    found.push([tag >>> 3, read[tag & 7]!()]);
  }
  return found;
}

/** Event: wall_time = 1, step = 2, file_version = 3, summary = 5; Summary: value = 1; Value: tag = 1, simple_value = 2. */
function eventOf(record: Buffer) {
  const event = new Map(fields(record));
  const scalars = fields((event.get(5) as Buffer | undefined) ?? Buffer.of()).map(([, value]) => {
    const entry = new Map(fields(value as Buffer));
    return [String(entry.get(1)), entry.get(2)];
  });
  return {
    seconds: event.get(1),
    step: event.get(2) ?? 0,
    version: event.get(3)?.toString(),
    sessionStatus: event.has(7) ? new Map(fields(event.get(7) as Buffer)).get(1) : undefined,
    scalars: Object.fromEntries(scalars),
  };
}

async function write(folder: string, iteration: number, events: readonly TrainingEvent[]) {
  const writer = await TensorBoardWriter.open(folder, iteration, () => 1_700_000_000_250);
  for (const event of events) await writer.add(event);
  await writer.flush();
  await writer.close();
}

async function read(folder: string, name: string) {
  return records(await readFile(join(folder, name))).map(eventOf);
}

describe("records", () => {
  // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  test.each([
    [Buffer.from("123456789"), 0xe3069283],
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
  ])("have the published checksum %#", (data, checksum) => {
    expect(crc32c.buf(data) >>> 0).toBe(checksum);
    expect(crc32cByBits(data)).toBe(checksum);
    const framed = Buffer.from(frameRecord(data));
    expect(unmask(framed.readUInt32LE(12 + data.length))).toBe(checksum);
  });

  test("give back their data, empty ones too", () => {
    const data = [Buffer.from("first"), Buffer.of(), Buffer.alloc(1000, 3)];
    expect(records(Buffer.concat(data.map(frameRecord)))).toEqual(data);
  });
});

describe("a file of events", () => {
  test("has the importance-weighted bound, where that is what is trained", async () => {
    const folder = await temporaryFolder();
    await write(folder, 0, [
      { ...log, bound: -100.5 },
      { ...validation, bound: -97.75 },
    ]);
    const [, logged, validated] = await read(folder, (await readdir(folder))[0]!);
    expect(logged!.scalars).toMatchObject({ "bound/train": -100.5, "elbo/train": -101.25 });
    expect(validated!.scalars).toMatchObject({ "bound/validation": -97.75, "kl/validation": 1.5 });
  });

  test("begins with its version, and has log and validation events as scalars", async () => {
    const folder = await temporaryFolder();
    const iteration = { ...log, type: "iteration" } as TrainingEvent;
    await write(folder, 0, [iteration, log, validation]);
    expect(await readdir(folder)).toEqual(["events.out.tfevents.00000000.vaekit"]);
    const [first, ...others] = await read(folder, "events.out.tfevents.00000000.vaekit");
    expect(first).toMatchObject({ version: "brain.Event:2", step: 0, seconds: 1_700_000_000.25 });
    expect(others).toMatchObject([
      {
        step: 300,
        seconds: 1_700_000_000.25,
        scalars: {
          "elbo/train": -101.25,
          "reconstruction/train": -100,
          "kl/train": 1.25,
          learning_rate: Math.fround(0.001),
          beta: 0.5,
        },
      },
      {
        step: 300,
        scalars: { "elbo/validation": -98.5, "reconstruction/validation": -97, "kl/validation": 1.5 },
      },
    ]);
    expect(others.map(({ version }) => version)).toEqual([undefined, undefined]);
  });

  test("keeps numbers that are not finite, or too large for single precision", async () => {
    const folder = await temporaryFolder();
    await write(folder, 0, [{ ...validation, elbo: Number.NaN, reconstruction: -1e300, kl: 1e300 }]);
    const [, event] = await read(folder, "events.out.tfevents.00000000.vaekit");
    expect(event?.scalars).toEqual({
      "elbo/validation": Number.NaN,
      "reconstruction/validation": Number.NEGATIVE_INFINITY,
      "kl/validation": Number.POSITIVE_INFINITY,
    });
  });

  test("marks where training resumes, and replaces the files of later iterations", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "notes.txt"), "");
    for (const iteration of [0, 200, 400]) await write(folder, iteration, [log]);
    await write(folder, 200, []);
    expect((await readdir(folder)).sort()).toEqual([
      "events.out.tfevents.00000000.vaekit",
      "events.out.tfevents.00000200.vaekit",
      "notes.txt",
    ]);
    const START = 1;
    expect(await read(folder, "events.out.tfevents.00000200.vaekit")).toMatchObject([
      { version: "brain.Event:2" },
      { sessionStatus: START, step: 201 },
    ]);
  });

  test("cannot be written where there is no folder", async () => {
    const folder = join(await temporaryFolder(), "none");
    await expect(TensorBoardWriter.open(folder, 0)).rejects.toThrow(/^cannot write .*: it does not exist/);
  });
});
