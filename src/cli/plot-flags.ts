import * as z from "zod";
import type { OptionValues, PictureOption, PictureOptions } from "../pictures/options.ts";
import type { Flag } from "./flags.ts";

/** Flags of options, which have no defaults: one that is not given is undefined. */
type FlagsOf<O extends PictureOptions> = {
  readonly [K in keyof O]: Flag<z.ZodType<z.output<O[K]["schema"]> | undefined>>;
};

/** The flags by which options of pictures are typed. */
export function flagsOf<O extends PictureOptions>(options: O): FlagsOf<O> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, flagOf(option)]),
  ) as FlagsOf<O>;
}

function flagOf({ schema, typed, ...rest }: PictureOption): Flag {
  if (!typed) return { ...rest, schema: schema.optional() };
  const read = z.string().transform((text, context) => {
    const { success, data } = schema.safeParse(typed.read(text));
    if (!success) context.addIssue({ code: "custom", message: typed.as });
    return data;
  });
  return { ...rest, schema: read.optional() };
}

/** Names of options that were given. */
export function given(options: OptionValues<PictureOptions>): string[] {
  return Object.keys(options).filter((name) => options[name] !== undefined);
}
