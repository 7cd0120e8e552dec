import { add, constant, input, mul } from "../graph/build.ts";
import { sameShape, sizeOf, type Tensor } from "../graph/node.ts";
import { simplify } from "../graph/rewrite.ts";
import { conditionWidth, isConditioned } from "../models/condition.ts";
import type { ModelConfig } from "../models/config.ts";
import { decode, encode, priorDensity } from "../models/networks.ts";
import { batchInputs, observedFrom } from "../models/observed.ts";
import { posteriorRule } from "../models/posteriors.ts";
import { priorRule } from "../models/priors.ts";
import { hasStandardPrior } from "../models/standard-latents.ts";
import { weightsByName } from "../models/weights.ts";
import { parametersOf, supportOf } from "../nn/distributions/likelihood.ts";
import type { Layer } from "../nn/layers.ts";
import { Trace } from "../nn/scope.ts";
import { emitFreeBatch } from "../onnx/emit.ts";
import type { RunConfig } from "./config.ts";
import type { StoredModel } from "./stored-model.ts";

/** Origin of an exported file, stored in it. */
export type Provenance = Pick<RunConfig, "createdBy" | "data" | "model">;

/** Files that are deployed have the operators that readers of the format know. */
const PLAINLY = { keepsConvolutions: true } as const;

/** The ONNX files of a run; `prior` only where the prior is not standard normal. */
export function exportedModels(
  config: Provenance,
  model: StoredModel,
): ["encoder" | "decoder" | "prior", Uint8Array][] {
  return [
    ["encoder", encoderModel(config, model)],
    ["decoder", decoderModel(config, model)],
    ...(hasStandardPrior(config.model)
      ? []
      : [["prior", priorModel(config, model)] as ["prior", Uint8Array]]),
  ];
}

/**
 * The encoder as an ONNX model for any batch size: `x` [batch, values] → the parameters of q(z|x), such as `mean` and
 * `log_variance` [batch, latent].
 * It is deterministic: no dropout, and normalisation by the running statistics.
 */
export function encoderModel(config: Provenance, weights: StoredModel): Uint8Array {
  const { model } = config;
  const rule = posteriorRule(model);
  const build = (batch: number) => {
    const inputs = batchInputs(model, batch);
    const { parameters } = encode(new Trace({ training: false }), model, observedFrom(model, inputs));
    const { mean } = parameters;
    const named = Object.keys(rule.parameters).map((name) => {
      const parameter = parameters[name]!;
      const isFixed = parameter.operator === "Constant";
      return [
        snakeCase(name),
        isFixed ? repeated(mean!, constant(parameter.attributes.value, [])) : parameter,
      ];
    });
    return { ...simplify({ outputs: Object.fromEntries(named) }, PLAINLY), inputs: Object.values(inputs) };
  };
  const described = Object.entries(rule.parameters).map(([name, about]) => [snakeCase(name), about]);
  return emitFreeBatch(build, {
    name: "encoder",
    docString: `Encoder of a variational autoencoder: q(z|x) = ${rule.title}.`,
    descriptions: {
      x: `Rows of ${describeRow(config)}${model.missing ? "; NaN where a value is missing" : ""}`,
      ...describeCondition(model),
      ...Object.fromEntries(described),
    },
    metadata: metadataOf("encoder", config, weights),
    initializers: weightsByName(weights),
    plain: true,
  });
}

/**
 * The decoder as an ONNX model for any batch size: `z` [batch, latent] → `x_mean` [batch, values], the mean of p(x|z),
 * and beside it the distribution's parameters, such as `x_logits` or `x_log_variance`, [batch, values] or with further
 * axes.
 */
export function decoderModel(config: Provenance, weights: StoredModel): Uint8Array {
  const { model } = config;
  const described = parametersOf(model.likelihood);
  const build = (batch: number) => {
    const inputs = conditionInputs(model, batch);
    const z = input("z", [batch, model.latent]);
    const { mean, parameters } = decode(new Trace({ training: false }), model, z, undefined, inputs.y);
    const beside = Object.keys(described).flatMap((name) => {
      const parameter = parameters[name];
      return parameter ? [[outputName(name), repeated(mean, parameter)] as const] : [];
    });
    const outputs = { x_mean: mean, ...Object.fromEntries(beside) };
    return { ...simplify({ outputs }, PLAINLY), inputs: [z, ...Object.values(inputs)] };
  };
  return emitFreeBatch(build, {
    name: "decoder",
    docString: `Decoder of a variational autoencoder: p(x|z), by its mean and parameters; the prior of z is ${priorRule(model).title}${hasStandardPrior(model) ? "" : ", whose draws prior.onnx makes"}.`,
    descriptions: {
      z: "Points of the latent space",
      ...describeCondition(model),
      x_mean: `Mean of p(x|z): rows of ${describeRow(config)}`,
      ...Object.fromEntries(
        Object.entries(described).map(([name, about]) => [outputName(name), `Parameter of p(x|z): ${about}`]),
      ),
    },
    metadata: metadataOf("decoder", config, weights),
    initializers: weightsByName(weights),
    plain: true,
  });
}

/**
 * The prior as an ONNX model for any batch size: noise → `z` [batch, latent], draws of p(z) for the decoder. Inputs are
 * the noise by name, [batch, …]; the description of each says how it is distributed.
 */
function priorModel(config: Provenance, weights: StoredModel): Uint8Array {
  const { model } = config;
  const { noise } = priorDensity(new Trace({ training: false }), model, priorCondition(model, 1).y);
  const build = (batch: number) => {
    const told = priorCondition(model, batch);
    const density = priorDensity(new Trace({ training: false }), model, told.y);
    const inputs: Record<string, Tensor> = Object.fromEntries(
      density.noise.map(({ name, shape }) => [name, input(name, [batch, ...shape])]),
    );
    return {
      ...simplify({ outputs: { z: density.sample(inputs) } }, PLAINLY),
      inputs: [...Object.values(inputs), ...Object.values(told)],
    };
  };
  const about = { normal: "Standard normal noise", uniform: "Noise that is uniform in [0, 1)" };
  return emitFreeBatch(build, {
    name: "prior",
    docString: `Prior of a variational autoencoder, ${priorRule(model).title}: from noise to points of the latent space.`,
    descriptions: {
      ...Object.fromEntries(noise.map(({ name, distribution }) => [name, about[distribution]])),
      ...(isConditioned(model, "prior") && describeCondition(model)),
      z: "Draws of p(z): points of the latent space",
    },
    metadata: metadataOf("prior", config, weights),
    initializers: weightsByName(weights),
    plain: true,
  });
}

/** What says the condition of each example. */
function conditionInputs({ condition }: ModelConfig, batch: number): { y?: Tensor } {
  return condition ? { y: input("y", [batch, conditionWidth(condition)]) } : {};
}

function priorCondition(model: ModelConfig, batch: number): { y?: Tensor } {
  return isConditioned(model, "prior") ? conditionInputs(model, batch) : {};
}

function describeCondition({ condition }: ModelConfig): Record<string, string> {
  return condition ? { y: "The class of each example: 1 in its column, 0 in the others" } : {};
}

function metadataOf(part: string, config: Provenance, { iteration }: StoredModel): Record<string, string> {
  const { model, createdBy } = config;
  const { type, ...settings } = model.likelihood;
  return {
    vaekit_version: createdBy.vaekit,
    model: `${part} of a variational autoencoder`,
    input_shape: JSON.stringify(model.inputShape),
    latent: String(model.latent),
    likelihood: type,
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        `likelihood_${snakeCase(name)}`,
        typeof value === "object" ? JSON.stringify(value) : String(value),
      ]),
    ),
    activation: activationsOf(model).join(", "),
    iterations: String(iteration),
    values: describeValues(config),
  };
}

/** A parameter of all rows, for each. As a sum, because few readers expand to a number of rows that they do not know. */
function repeated(mean: Tensor, parameter: Tensor): Tensor {
  if (parameter.shape.length > mean.shape.length || sameShape(parameter.shape, mean.shape)) return parameter;
  return add(mul(mean, 0), parameter);
}

/** `logVariance` → `x_log_variance` */
function outputName(parameter: string): string {
  return `x_${snakeCase(parameter)}`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function activationsOf({ encoder, decoder }: ModelConfig): string[] {
  const namesIn = (layers: readonly Layer[]): string[] =>
    layers.flatMap((layer) => {
      if (layer.type === "residual") return namesIn(layer.layers);
      return layer.type === "activation" ? [layer.activation] : [];
    });
  return [...new Set(namesIn([...encoder, ...decoder]))];
}

function describeRow(config: Provenance): string {
  const { inputShape } = config.model;
  return `${sizeOf(inputShape)} values, [${inputShape.join(", ")}] in row-major order; ${describeValues(config)}`;
}

function describeValues({ model, data }: Provenance): string {
  const { least, greatest } = supportOf(model.likelihood);
  const bounds = Number.isFinite(greatest) ? `values in [${least}, ${greatest}]` : `values from ${least}`;
  const values = Number.isFinite(least) ? bounds : "real values";
  if (data.scale === 1) return `${values}: as they are in the data`;
  return `${values}: ${data.scale === 255 ? "pixels" : "data"} divided by ${data.scale}`;
}
