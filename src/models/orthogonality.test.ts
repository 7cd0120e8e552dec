import { describe, expect, it } from "vitest";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { type Choice, checkWholeModel } from "./testing/whole-model.ts";

const PRIORS = [
  "standard-normal",
  "mixture:components=3",
  "vamp:components=4",
  "flow:steps=2,hidden=4",
] as const;
const POSTERIORS = [
  "normal",
  "full-normal",
  "planar:steps=2",
  "iaf:steps=2,hidden=4,context=2",
  "maf:steps=1,hidden=4,context=2",
] as const;
const LIKELIHOODS = ["bernoulli", "gaussian", "negative-binomial"] as const;
const NETWORKS = ["dense", "conv"] as const;
const OBJECTIVES = ["elbo", "iwae"] as const;
const GAPS = [undefined, "fill", "indicate"] as const;
const CONDITIONS = [undefined, "labels", "labels:into=encoder+decoder+prior"] as const;

/** The VampPrior needs the density of posteriors at any point. */
function isRefused(prior: string, posterior: string): boolean {
  return prior.startsWith("vamp") && /^(planar|iaf)/.test(posterior);
}

/** Every pair of prior and posterior; the other choices in turn, so that each meets each prior. */
const choices = POSTERIORS.flatMap((posterior, row) =>
  PRIORS.filter((prior) => !isRefused(prior, posterior)).map((prior, column) => {
    const turn = row + column;
    return {
      prior,
      posterior,
      likelihood: LIKELIHOODS[turn % 3]!,
      network: NETWORKS[Math.floor(turn / 2) % 2]!,
      objective: OBJECTIVES[turn % 2]!,
      condition: CONDITIONS[(row + 2 * column) % 3],
      missing: GAPS[(column + Math.floor(turn / 2)) % 3],
    };
  }),
);

/** Posteriors that bring their own prior, and one more flow. */
const own = [
  { posterior: "ladder:layers=1+1,hidden=6", likelihood: "bernoulli", network: "dense", objective: "elbo" },
  {
    posterior: "ladder:layers=1+1,hidden=6",
    likelihood: "gaussian",
    network: "conv",
    objective: "iwae",
    condition: "labels",
  },
  {
    posterior: "vector-quantized:codes=4,dimensions=1",
    likelihood: "negative-binomial",
    network: "dense",
    objective: "elbo",
  },
  {
    posterior: "vector-quantized:codes=4,dimensions=2",
    likelihood: "gaussian",
    network: "conv",
    objective: "elbo",
    condition: "labels",
  },
  { posterior: "radial:steps=2", likelihood: "gaussian", network: "dense", objective: "iwae" },
  { posterior: "von-mises-fisher", likelihood: "bernoulli", network: "conv", objective: "iwae" },
  {
    posterior: "von-mises-fisher",
    likelihood: "negative-binomial",
    network: "dense",
    objective: "elbo",
    condition: "labels",
  },
  { posterior: "concrete:classes=2", likelihood: "bernoulli", network: "dense", objective: "elbo" },
].map((each) => ({ prior: "standard-normal", condition: undefined, ...each }) as Choice);

describe.each([...choices, ...own])(
  "$prior × $posterior × $likelihood × $network × $objective × $condition × $missing",
  (choice) => {
    it("trains, resumes, saves, loads and exports", () => checkWholeModel(choice));
  },
);

it.each(["planar", "iaf"] as const)("refuses the VampPrior with the posterior %s", async (posterior) => {
  const vae = new VAE([16, 8, 2], { batchSize: 16, prior: "vamp:components=4", posterior });
  await expect(vae.train(stripes(32, 1), { maxIterations: 1 })).rejects.toThrow("at its own draws only");
});
