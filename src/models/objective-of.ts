import { ConfigError } from "../common/errors.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import type { Objective } from "./objective.ts";
import { posteriors } from "./posteriors.ts";
import type { Schedule, Schedules } from "./schedules.ts";

/**
 * The objective that hyperparameters describe.
 * @throws {ConfigError} when they ask for two things that exclude each other
 */
export function objectiveOf(hyperparameters: Hyperparameters): Objective {
  const { objective, freeBits, capacity, klWarmup, klCycles } = hyperparameters;
  if (klWarmup > 0 && klCycles > 0)
    throw new ConfigError(
      `both klWarmup (${klWarmup}) and klCycles (${klCycles}) were given: give one way for the KL weight to rise`,
    );
  if (freeBits > 0 && capacity > 0)
    throw new ConfigError(
      `both freeBits (${freeBits}) and capacity (${capacity}) were given: give one way to spare the KL`,
    );
  const { penalty: extra, denoise } = hyperparameters;
  const others = {
    schedules: schedulesOf(hyperparameters),
    ...(extra && { extra }),
    ...(denoise && { denoise }),
  };
  if (objective === "elbo") {
    if (freeBits > 0) return { type: objective, penalty: { type: "freeBits", nats: freeBits }, ...others };
    return { type: objective, penalty: { type: capacity > 0 ? "capacity" : "weighted" }, ...others };
  }
  if (freeBits > 0 || capacity > 0)
    throw new ConfigError(
      `${freeBits > 0 ? "freeBits" : "capacity"} was given with objective ${objective}, whose bound has no KL term of its own: use objective elbo`,
    );
  const family = hyperparameters.posterior;
  if (family && posteriors.of(family).isRelaxed)
    throw new ConfigError(
      `objective is ${objective} but posterior ${family.type} relaxes its draws in training, where they have no density to be weighed by: use objective elbo`,
    );
  if (family && posteriors.of(family).isCertain)
    throw new ConfigError(
      `objective is ${objective} but posterior ${family.type} is certain of its codes, and there are no draws to weigh: use objective elbo`,
    );
  if (hyperparameters.deterministic || hyperparameters.posterior?.type === "point")
    throw new ConfigError(
      `objective is ${objective} but a deterministic autoencoder draws no samples: use objective elbo`,
    );
  return { type: objective, ...others };
}

/** The schedules that hyperparameters describe. */
export function schedulesOf({
  beta,
  klWarmup,
  klCycles,
  klCycleRise,
  capacity,
  capacityWarmup,
}: Hyperparameters): Schedules {
  return {
    beta:
      klCycles > 0 ? { type: "cycles", to: beta, cycles: klCycles, rise: klCycleRise } : rise(beta, klWarmup),
    capacity: rise(capacity, capacityWarmup),
  };
}

function rise(to: number, iterations: number): Schedule {
  return iterations === 0 ? { type: "constant", value: to } : { type: "rise", to, iterations };
}
