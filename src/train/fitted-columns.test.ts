import { expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { fitLikelihood } from "./fit-to-data.ts";

it("a mixed likelihood takes centre, spread and scale of columns from values divided by the data's scale", () => {
  const rows = Float32Array.of(10, 0, 20, 10, 30, 40, 40, 10);
  const columns = [{ kind: "real" }, { kind: "count" }] as const;
  const data = dataset(rows, { shape: [2], columns, divisor: 10 });
  const spread = expect.closeTo(Math.sqrt(5 / 4), 12);
  expect(fitLikelihood({ type: "mixed", columns: [] }, data)).toEqual({
    type: "mixed",
    columns: [
      { kind: "real", center: 2.5, spread },
      { kind: "count", scale: 1.5 },
    ],
  });
});
