import fc from "fast-check";
import { expect, it } from "vitest";
import type * as z from "zod";
import { hyperparameterFields, hyperparameters } from "../models/hyperparameters.ts";
import { KIND_SETTINGS } from "../models/nested-settings.ts";
import { convolutionalArchitecture, layeredArchitecture } from "../models/schema/architecture.ts";
import { trainingSettings } from "../train/settings.ts";
import { ConfigError } from "./errors.ts";
import { parseSettings } from "./settings.ts";

/** Words of the schema library. */
const FOREIGN = /invalid|expected|received|unrecognized|too (small|big)|nullish|NaN: it must be a number$/i;

const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, maxDepth: 2 }),
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1.5, 1e300, "", [], {}, 3n, Symbol("s")),
  fc.constant(() => 1),
);

const conv = { network: "conv", inputShape: [8, 8, 1], latent: 2 };
const layered = { inputShape: [4], latent: 2, encoder: [{ type: "dense", units: 3 }] };
const settings: [name: string, schema: z.ZodType, given: (value: unknown) => unknown][] = [
  ...Object.keys(hyperparameterFields.shape).map(inside(hyperparameters, {})),
  ...Object.keys(trainingSettings.shape).map(inside(trainingSettings, {})),
  ...Object.keys(convolutionalArchitecture.shape).map(inside(convolutionalArchitecture, conv)),
  ...Object.keys(layeredArchitecture.shape).map(inside(layeredArchitecture, layered)),
  ...KIND_SETTINGS.flatMap((setting) =>
    [...setting.settings].map(([name, { kinds }]): (typeof settings)[number] => [
      `${setting.name}.${name}`,
      hyperparameters,
      (value) => ({ [setting.name]: { type: kinds[0], [name]: value } }),
    ]),
  ),
  ["everything", hyperparameters, (value) => value],
];

it.each(settings)("%s of a wrong type is refused in one sentence of our own", (_, schema, given) => {
  fc.assert(
    fc.property(anything, (value) => {
      try {
        parseSettings(schema, given(value));
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        const { message } = error as Error;
        const seen = typeof value === "string" ? message.replaceAll(JSON.stringify(value), "") : message;
        // What the user wrote may hold such words.
        expect(seen.replace(/^.*?: it must be/, "")).not.toMatch(FOREIGN);
        expect(message.length).toBeLessThan(400);
      }
    }),
    { numRuns: 60 },
  );
});

function inside(schema: z.ZodType, others: object) {
  return (name: string): (typeof settings)[number] => [
    name,
    schema,
    (value) => ({ ...others, [name]: value }),
  ];
}
