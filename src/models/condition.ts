import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { positiveInteger } from "../common/settings.ts";
import { settingsOfText } from "./choice.ts";

const CONDITIONED = ["encoder", "decoder", "prior"] as const;
type Conditioned = (typeof CONDITIONED)[number];

/** What a model is conditioned on, and the parts that receive it. */
export interface Condition {
  /** The class of each example, as indicators. */
  readonly from: "labels";
  readonly into: readonly Conditioned[];
  /** Number of classes; absent before training. */
  readonly classes?: number;
  /** Their names, where they have names. */
  readonly names?: readonly string[];
}

/** A condition as a user writes it: `"labels"`, `"labels:into=encoder+decoder+prior"`, or its settings. */
export type ConditionInput =
  | "labels"
  | `labels:into=${string}`
  | { readonly from: "labels"; readonly into?: readonly Conditioned[] };

const into = z
  .array(z.enum(CONDITIONED, { error: `one of ${CONDITIONED.join(", ")}` }))
  .min(1, `one or more of ${CONDITIONED.join(", ")}`)
  .readonly();

const from = z.literal("labels", { error: "labels" });

/** As it stands in a run's configuration. */
export const conditionSchema = z.strictObject({
  from,
  into,
  classes: positiveInteger.exactOptional(),
  names: z.array(z.string()).readonly().exactOptional(),
});

const settings = z.strictObject({ from, into: into.default(["encoder", "decoder"]) });

export const conditionField = z.custom<ConditionInput>().transform((given, context) => {
  const result = settings.safeParse(typeof given === "string" ? settingsOf(given) : given);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const where =
    path[0] === "into" ? `${message} after labels:into=` : "labels, or labels:into=encoder+decoder+prior";
  context.issues.push({ code: "custom", message: where, input: given, path: [] });
  return z.NEVER;
}) as z.ZodType<z.output<typeof settings>, ConditionInput>;

function settingsOf(text: string): unknown {
  const { type, into: places, ...others } = settingsOfText(text);
  return { ...others, from: type, ...(places !== undefined && { into: String(places).split("+") }) };
}

/** The inverse: `labels:into=encoder+decoder`. */
export function textOfCondition({ from: source, into: places }: Pick<Condition, "from" | "into">): string {
  return `${source}:into=${places.join("+")}`;
}

interface Conditional {
  readonly condition?: Condition;
}

/** Whether a part of a model gets the condition. */
export function isConditioned({ condition }: Conditional, part: Conditioned): boolean {
  return condition?.into.includes(part) ?? false;
}

/** Width of an example's condition. @throws {ConfigError} before training has determined the classes */
export function conditionWidth({ classes }: Condition): number {
  if (classes === undefined)
    throw new ConfigError("the classes of a condition are known only from its training: train it first");
  return classes;
}

/** The class that a name or an index stands for. @throws {ConfigError} when there is none */
export function classOf(condition: Condition, label: string | number): number {
  const width = conditionWidth(condition);
  const named = condition.names?.indexOf(String(label)) ?? -1;
  const index = named >= 0 ? named : Number(label);
  if (label !== "" && Number.isInteger(index) && index >= 0 && index < width) return index;
  const known = condition.names ?? [`0 to ${width - 1}`];
  throw new ConfigError(`label is ${JSON.stringify(label)}: the model knows the classes ${known.join(", ")}`);
}
