import { describe, it } from "vitest";
import { type Choice, checkWholeModel } from "./testing/whole-model.ts";

const PRIORS = [
  "standard-normal",
  "mixture:components=3",
  "vamp:components=4",
  "flow:steps=2,hidden=4",
] as const;
const POSTERIORS = ["normal"] as const;
const LIKELIHOODS = ["bernoulli", "gaussian", "negative-binomial"] as const;
const NETWORKS = ["dense", "conv"] as const;
const OBJECTIVES = ["elbo", "iwae"] as const;

/** Every pair of prior and posterior; the other choices in turn, so that each meets each prior. */
const choices: Choice[] = POSTERIORS.flatMap((posterior, row) =>
  PRIORS.map((prior, column) => {
    const turn = row + column;
    return {
      prior,
      posterior,
      likelihood: LIKELIHOODS[turn % 3]!,
      network: NETWORKS[Math.floor(turn / 2) % 2]!,
      objective: OBJECTIVES[turn % 2]!,
    };
  }),
);

describe.each(choices)("$prior × $posterior × $likelihood × $network × $objective", (choice) => {
  it("trains, resumes, saves, loads and exports", () => checkWholeModel(choice));
});
