import * as z from "zod";
import { positive } from "../common/settings.ts";
import { LEARNED_SCALES } from "../nn/distributions/scale.ts";

const SCALE_NAMES = [...LEARNED_SCALES, "calibrated"] as const;
const SCALE = `a number above 0, or one of ${SCALE_NAMES.join(", ")}`;

/** Spread around the decoder's output. */
export const scale = z.union([positive, z.enum(SCALE_NAMES)], { error: SCALE });

/** The same where no closed form calibrates it. */
export const uncalibratedScale = z.union([positive, z.enum(LEARNED_SCALES)], {
  error: `a number above 0, or one of ${LEARNED_SCALES.join(", ")}`,
});

const DEGREES_OF_FREEDOM = "a number above 1, or learned";

/** Of a Student-t variable that has a mean. */
export const degreesOfFreedom = z.union(
  [z.number({ error: DEGREES_OF_FREEDOM }).gt(1, { error: DEGREES_OF_FREEDOM }), z.literal("learned")],
  { error: DEGREES_OF_FREEDOM },
);
