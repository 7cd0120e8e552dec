import { expect, it } from "vitest";
import { interpret } from "../../../test/reference/interpret.ts";
import { draws, normals } from "../../../test/reference/normals.ts";
import * as g from "../../graph/build.ts";
import { Trace } from "../../nn/scope.ts";
import { vonMisesFisher } from "./von-mises-fisher.ts";

const SETTINGS = { type: "von-mises-fisher", proposals: 16 } as const;

function posteriorOf(latent: number, batch: number) {
  const context = { scope: new Trace({ training: false }).scope("posterior"), latent, encoded: [latent] };
  const parameters = { mean: g.input("mean", [batch, latent]), concentration: g.input("kappa", [batch, 1]) };
  return vonMisesFisher.posterior(SETTINGS, parameters, context);
}

it("has the density and KL of the closed forms on the sphere in three dimensions", () => {
  const kappas = [1, 5, 50, 400, 2500];
  const q = posteriorOf(3, 5);
  const z = g.input("z", [5, 1, 3]);
  const noise = g.input("noise", [5, 1, 16 * 4 + 3]);
  const mean = kappas.flatMap(() => [0, 0, 1]);
  const points = kappas.flatMap(() => [0.6, 0, 0.8]);
  const feeds = { mean, kappa: kappas, z: points, noise: draws(5 * 67, normals(1)) };
  const [density, kl] = interpret([q.logProb!(z), q.draw(noise, 1).kl!], feeds);
  for (const [at, kappa] of kappas.entries()) {
    // ln sinh κ, without overflow.
    const logSinh = kappa + Math.log1p(-Math.exp(-2 * kappa)) - Math.LN2;
    const logNormaliser = Math.log(4 * Math.PI) + logSinh - Math.log(kappa);
    expect(density![at]).toBeCloseTo(kappa * 0.8 - logNormaliser, 6);
    const expected = kappa / Math.tanh(kappa) - 1 + Math.log(kappa) - logSinh;
    expect(kl![at]).toBeCloseTo(expected, 6);
  }
});

it("integrates to 1 on the circle", () => {
  const count = 4000;
  const q = posteriorOf(2, 1);
  const angle = (at: number) => (2 * Math.PI * (at + 0.5)) / count;
  const z = Float64Array.from({ length: 2 * count }, (_, i) =>
    i % 2 ? Math.sin(angle(i >> 1)) : Math.cos(angle(i >> 1)),
  );
  const [sum] = interpret([g.reduceSum(g.exp(q.logProb!(g.input("z", [1, count, 2]))))], {
    mean: [0.6, 0.8],
    kappa: [7],
    z,
  });
  expect((sum![0]! * 2 * Math.PI) / count).toBeCloseTo(1, 6);
});

it.each([2, 3, 8])("draws unit vectors around the mean as the density says, in %i dimensions", (latent) => {
  const samples = 4000;
  const q = posteriorOf(latent, 1);
  const direction = Array.from({ length: latent }, (_, d) => (d === 0 ? 0.6 : d === 1 ? 0.8 : 0));
  const width = 16 * (latent + 1) + latent;
  const { z, logProb, kl } = q.draw(g.input("noise", [1, samples, width]), samples);
  const feeds = { mean: direction, kappa: [4], noise: draws(samples * width, normals(2)) };
  const [points, own, again, exact] = interpret([z, logProb!, q.logProb!(z), g.reduceMean(kl!)], feeds);
  for (let at = 0; at < 50; at++) {
    const squares = Array.from(points!.slice(at * latent, (at + 1) * latent), (value) => value ** 2);
    expect(squares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
    expect(own![at]).toBeCloseTo(again![at]!, 6);
  }
  // The mean of ln q − ln p over draws is the KL.
  const [prior] = interpret(
    [
      vonMisesFisher
        .ownPrior!.density({ type: "uniform-sphere" }, { latent } as never)
        .logProb(g.input("z", [1, latent])),
    ],
    { z: direction },
  );
  const mean = own!.reduce((sum, each) => sum + each / samples, 0) - prior![0]!;
  expect(Math.abs(mean - exact![0]!)).toBeLessThan(0.08);
});
