import { VaekitError } from "../common/errors.ts";
import type { Binding } from "./session.ts";

/** One part of a joint binding's run. */
export interface BoundPart {
  /** On the caller's thread. */
  run(): Promise<void>;
  /** Begins the run on another thread; absent where there is none for it. @returns waits until it is over */
  readonly begin?: () => () => void | Promise<void>;
  /** Lets go of the buffers. */
  release(): void;
}

/** Several runs as one: at the same time where the engine can, otherwise one after another. */
export class JointBinding implements Binding {
  readonly #parts: readonly BoundPart[];
  /** The bindings of its session, itself included until it has let go of its buffers. */
  readonly #siblings: Set<JointBinding>;
  #underWay: Promise<void> | undefined;
  #isDisposed = false;

  constructor(parts: readonly BoundPart[], siblings: Set<JointBinding>) {
    this.#parts = parts;
    this.#siblings = siblings;
    siblings.add(this);
  }

  async run(): Promise<void> {
    if (this.#isDisposed) throw new VaekitError("the binding was disposed; bind again");
    if (this.#underWay) throw new VaekitError("the binding is running; wait until that run has ended");
    this.#underWay = this.#runParts();
    try {
      await this.#underWay;
    } finally {
      this.#underWay = undefined;
      if (this.#isDisposed) this.#release();
    }
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (!this.#underWay) this.#release();
  }

  /** Disposes of it, and resolves when it uses nothing any more. */
  async end(): Promise<void> {
    this.dispose();
    await this.#underWay?.catch(() => {});
  }

  /** Runs the parts that have a thread in parallel, and the others here in sequence. */
  async #runParts(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (error) {
        failures.push(error);
        return undefined;
      }
    };
    const [first, ...others] = this.#parts;
    const elsewhere = others.filter((part) => part.begin).map((part) => attempt(() => part.begin!()));
    for (const part of [first!, ...others.filter((part) => !part.begin)]) await attempt(() => part.run());
    // Wait for all parts even if one fails: their memory may be freed afterwards.
    for (const end of await Promise.all(elsewhere)) if (end) await attempt(end);
    if (failures.length > 0) throw failures[0];
  }

  #release(): void {
    this.#siblings.delete(this);
    for (const part of this.#parts) part.release();
  }
}
