import type { Flags, FlagValues } from "./flags.ts";
import type { Io, JsonRecord } from "./io.ts";

/** A word on the command line that has no flag. */
interface Argument {
  readonly about: string;
  readonly optional?: boolean;
}

type Arguments = Readonly<Record<string, Argument>>;

type ArgumentValues<A extends Arguments> = {
  readonly [K in keyof A]: A[K] extends { readonly optional: true } ? string | undefined : string;
};

/** A command as data, plus what it does. */
export interface Command<A extends Arguments = Arguments, F extends Flags = Flags> {
  /** Said in its help, after the summary: what a newcomer should know, and an example or two. */
  readonly details: string;
  /** In the order in which they are typed. */
  readonly arguments: A;
  readonly flags: F;
  /** Whether what it makes is in files, so that it has not failed when stdout cannot be written. */
  readonly makesFiles?: boolean;
  /** @returns the result: the last line of `--json` */
  run(input: ArgumentValues<A> & FlagValues<F>, io: Io): Promise<JsonRecord>;
}

/** Lets the compiler find the types of the input from arguments and flags. */
export function defineCommand<const A extends Arguments, F extends Flags>(
  command: Command<A, F>,
): Command<A, F> {
  return command;
}
