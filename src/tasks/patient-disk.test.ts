import { expect, it } from "vitest";
import { NumericalError, RunError } from "../common/errors.ts";
import { PatientDisk } from "./patient-disk.ts";

const refuse = async () => {
  throw new RunError("cannot write a: the disk is full");
};

it("ends a training at the first refusal, unless it was told to keep going", async () => {
  const disk = new PatientDisk({});
  await expect(disk.write(1, refuse)).rejects.toThrow("cannot write a: the disk is full");
  await expect(disk.finish(1, refuse)).rejects.toThrow(RunError);
});

it("warns, not too often, and goes on", async () => {
  const warnings: string[] = [];
  const onEvent = (event: { type: string; message?: string }) => warnings.push(event.message!);
  const disk = new PatientDisk({ keepGoing: true, onEvent });
  for (let iteration = 1; iteration < 50; iteration++) await disk.write(iteration, refuse);
  expect(warnings).toEqual([
    "cannot write a: the disk is full; training goes on, and is written down when that is possible again",
  ]);
  const diverged = async () => {
    throw new NumericalError("the loss is not finite");
  };
  await expect(disk.write(1, diverged)).rejects.toThrow(NumericalError);
});

it("waits at the end until it can write, or is interrupted", async () => {
  let attempts = 0;
  const disk = new PatientDisk({ keepGoing: true });
  await disk.finish(9, async () => {
    if (++attempts < 2) await refuse();
  });
  expect(attempts).toBe(2);
  const interrupted = new PatientDisk({ keepGoing: true, signal: AbortSignal.abort() });
  await expect(interrupted.finish(9, refuse)).rejects.toThrow(RunError);
});
