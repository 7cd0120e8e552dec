import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../files/testing/folder.ts";
import { sliceView } from "../nn/parameters.ts";
import { ModelProtoSchema } from "../onnx/generated/onnx_pb.ts";
import { RunDirectory } from "./directory.ts";
import { decoderModel, encoderModel } from "./export.ts";
import { exportModels } from "./export-files.ts";
import { exampleConfig } from "./testing/config.ts";
import { exampleModel } from "./testing/weights.ts";

const model = exampleModel(1234);

/** A tensor of the model in double precision. */
function weight(name: string): number[] {
  const parameter = model.layout.parameters.slices.find((slice) => slice.name === name);
  const state = model.layout.states.slices.find((slice) => slice.name === name);
  return [...(parameter ? sliceView(model.parameters, parameter) : sliceView(model.states, state!))];
}

function dense(x: readonly number[], scope: string): number[] {
  const [matrix, bias] = [weight(`${scope}.weight`), weight(`${scope}.bias`)];
  return bias.map((start, unit) =>
    x.reduce((sum, value, i) => sum + value * matrix[i * bias.length + unit]!, start),
  );
}

const elu = (x: number) => (x > 0 ? x : Math.expm1(x));

/** The example's encoder, written out: dense, batch normalisation by running statistics, ELU, dense. */
function encoderByHand(x: readonly number[]) {
  const [mean, variance] = [weight("encoder.1.running_mean"), weight("encoder.1.running_variance")];
  const [scale, shift] = [weight("encoder.1.scale"), weight("encoder.1.shift")];
  const hidden = dense(x, "encoder.0").map((value, unit) => {
    const standardized = (value - mean[unit]!) / Math.sqrt(variance[unit]! + 1e-5);
    return elu(standardized * scale[unit]! + shift[unit]!);
  });
  const head = dense(hidden, "encoder.posterior");
  return { mean: head.slice(0, 2), logVariance: head.slice(2) };
}

/** The example's decoder, written out: dense, ELU, dense, and the mean of a Bernoulli distribution from its logit. */
function decoderByHand(z: readonly number[]): number[] {
  return dense(dense(z, "decoder.0").map(elu), "decoder.likelihood").map(
    (logit) => 1 / (1 + Math.exp(-logit)),
  );
}

function rowsOf(values: ArrayLike<number>, length: number): number[][] {
  const all = Array.from(values);
  return Array.from({ length: all.length / length }, (_, row) => all.slice(row * length, (row + 1) * length));
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(Math.abs(found[index]! - value)).toBeLessThan(1e-5);
}

describe.each([1, 7])("in plain onnxruntime-node, a batch of %d", (batch) => {
  test("is encoded as the networks say", async () => {
    const session = await InferenceSession.create(encoderModel(exampleConfig, model));
    const x = Float32Array.from({ length: batch * 6 }, (_, i) => (Math.cos(i) + 1) / 2);
    const { mean, log_variance } = await session.run({ x: new Tensor("float32", x, [batch, 6]) });
    expect(mean!.dims).toEqual([batch, 2]);
    expect(log_variance!.dims).toEqual([batch, 2]);
    const expected = rowsOf(x, 6).map(encoderByHand);
    expectClose(
      mean!.data as Float32Array,
      expected.flatMap((row) => row.mean),
    );
    expectClose(
      log_variance!.data as Float32Array,
      expected.flatMap((row) => row.logVariance),
    );
  });

  test("is decoded as the networks say", async () => {
    const session = await InferenceSession.create(decoderModel(exampleConfig, model));
    const z = Float32Array.from({ length: batch * 2 }, (_, i) => 2 * Math.sin(i));
    const { x_mean } = await session.run({ z: new Tensor("float32", z, [batch, 2]) });
    expect(x_mean!.dims).toEqual([batch, 6]);
    expectClose(x_mean!.data as Float32Array, rowsOf(z, 2).flatMap(decoderByHand));
  });
});

test("a model asks for its data alone, and gives its results alone", async () => {
  const encoder = await InferenceSession.create(encoderModel(exampleConfig, model));
  expect([encoder.inputNames, encoder.outputNames]).toEqual([["x"], ["mean", "log_variance"]]);
  const decoder = await InferenceSession.create(decoderModel(exampleConfig, model));
  expect([decoder.inputNames, decoder.outputNames]).toEqual([["z"], ["x_mean", "x_logits"]]);
});

describe("metadata", () => {
  const metadataOf = (bytes: Uint8Array) =>
    Object.fromEntries(
      fromBinary(ModelProtoSchema, bytes).metadataProps.map(({ key, value }) => [key, value]),
    );

  test("tell what the model is and what it wants", () => {
    expect(metadataOf(encoderModel(exampleConfig, model))).toEqual({
      vaekit_version: "0.1.0",
      model: "encoder of a variational autoencoder",
      input_shape: "[2,3]",
      latent: "2",
      likelihood: "bernoulli",
      activation: "elu",
      iterations: "1234",
      values: "values in [0, 1]: pixels divided by 255",
    });
    const { graph, docString } = fromBinary(ModelProtoSchema, decoderModel(exampleConfig, model));
    expect(docString).toMatch(/^Decoder of a variational autoencoder: /);
    expect(graph?.output[0]?.docString).toBe(
      "Mean of p(x|z): rows of 6 values, [2, 3] in row-major order; values in [0, 1]: pixels divided by 255",
    );
  });

  test.each([
    [1, "real values: as they are in the data"],
    [4, "real values: data divided by 4"],
  ])("tell of a Gaussian likelihood and a scale of %d", (scale, values) => {
    const config = {
      ...exampleConfig,
      data: { ...exampleConfig.data, scale },
      model: { ...exampleConfig.model, likelihood: { type: "gaussian", scale: 0.5 } as const },
    };
    expect(metadataOf(decoderModel(config, model))).toMatchObject({
      model: "decoder of a variational autoencoder",
      likelihood: "gaussian",
      likelihood_scale: "0.5",
      values,
    });
  });
});

test("a run's folder gets both models, the same bytes each time", async () => {
  const run = await RunDirectory.create(join(await temporaryFolder(), "run"));
  await exportModels(run, exampleConfig, model);
  expect(await readFile(run.file("encoder"))).toEqual(Buffer.from(encoderModel(exampleConfig, model)));
  expect(await readFile(run.file("decoder"))).toEqual(Buffer.from(decoderModel(exampleConfig, model)));
  await run.close();
});
