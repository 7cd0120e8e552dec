import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { VaekitError } from "../errors.ts";
import { AWAKE_MS, CHANNEL, COUNT, HELPER, INVITED, MOST_VALUES, NO_TASK } from "./helper-source.ts";

/** Something a helper can learn. */
export interface TaskDefinition {
  /**
   * Body of a function of `require` and `data` that returns the task: a function of up to 8 bigints that returns one or
   * nothing.
   */
  readonly source: string;
  /** What `structuredClone` takes, shared memory and WebAssembly modules included. */
  readonly data: unknown;
}

/** Something a helper has learnt. */
export interface HelperTask {
  /**
   * Has the helper begin, with values from 0 to 2⁶⁴ − 1. What was begun before is waited for.
   * @returns waits until it is done, and gives the result
   * @throws {VaekitError} at the end, if the task failed
   */
  begin(values: ArrayLike<bigint>): () => bigint;
  /** Asks the helper to do it, with no values, unless it has been asked for something else. Nobody learns whether it did. */
  invite(): void;
  /** Lets go of all that belongs to it. It must not be asked for any more. */
  forget(): void;
}

type Outcome = { readonly result: bigint } | { readonly failure: string };

/**
 * Another thread that does what the calling one asks of it. It stays awake for a moment after what it was to begin,
 * because more often follows; then it sleeps. It keeps no process alive and ends with the calling thread.
 */
export class Helper {
  readonly #port: MessagePort;
  readonly #asked: Int32Array;
  readonly #done: Int32Array;
  readonly #failed: Int32Array;
  readonly #values: BigUint64Array;
  readonly #result: BigUint64Array;
  readonly #unusedNumbers: number[] = [];
  #greatestNumber: number = NO_TASK;
  #request = 0;
  /** Ends what was begun last, unless somebody has. */
  #end: (() => Outcome) | undefined;

  /** @throws what Node throws where the system gives no more threads */
  static async start(): Promise<Helper> {
    const memory = new SharedArrayBuffer(CHANNEL.length);
    const { port1: ours, port2: port } = new MessageChannel();
    const worker = new Worker(HELPER, {
      eval: true,
      execArgv: [],
      workerData: { memory, port },
      transferList: [port],
    });
    await new Promise((resolve, reject) => {
      worker.once("online", resolve);
      worker.once("error", reject);
    });
    worker.unref();
    return new Helper(memory, ours);
  }

  private constructor(memory: SharedArrayBuffer, port: MessagePort) {
    this.#port = port;
    this.#asked = new Int32Array(memory, CHANNEL.asked, 1);
    this.#done = new Int32Array(memory, CHANNEL.done, 1);
    this.#failed = new Int32Array(memory, CHANNEL.failed, 1);
    this.#values = new BigUint64Array(memory, CHANNEL.values, MOST_VALUES);
    this.#result = new BigUint64Array(memory, CHANNEL.result, 1);
  }

  learn({ source, data }: TaskDefinition): HelperTask {
    const number = this.#unusedNumbers.pop() ?? ++this.#greatestNumber;
    this.#port.postMessage({ number, source, data });
    return {
      begin: (values) => this.#begin(number, values),
      invite: () => this.#invite(number),
      forget: () => {
        this.#port.postMessage({ number });
        this.#unusedNumbers.push(number);
        this.#invite(NO_TASK);
      },
    };
  }

  #begin(number: number, values: ArrayLike<bigint>): () => bigint {
    this.#end?.();
    this.#values.set(values);
    this.#ask(number);
    let outcome: Outcome | undefined;
    const end = () => {
      outcome ??= this.#awaitOutcome();
      return outcome;
    };
    this.#end = end;
    return () => {
      const ended = end();
      if ("failure" in ended) throw new VaekitError(`a helping thread failed: ${ended.failure}`);
      return ended.result;
    };
  }

  #invite(number: number): void {
    if (!this.#end) this.#ask(INVITED | number);
  }

  #ask(what: number): void {
    this.#request = ((this.#request & -COUNT) + COUNT + what) | 0;
    Atomics.store(this.#asked, 0, this.#request);
    Atomics.notify(this.#asked, 0);
  }

  #awaitOutcome(): Outcome {
    const sleepy = performance.now() + AWAKE_MS;
    let done = Atomics.load(this.#done, 0);
    while (done !== this.#request) {
      if (performance.now() > sleepy) Atomics.wait(this.#done, 0, done);
      done = Atomics.load(this.#done, 0);
    }
    this.#end = undefined;
    if (this.#failed[0] === 0) return { result: this.#result[0]! };
    // An invitation may have failed before, of which nobody wanted to know.
    let failure = "";
    for (let next = this.#nextMessage(); next !== undefined; next = this.#nextMessage()) failure = next;
    return { failure };
  }

  #nextMessage(): string | undefined {
    return receiveMessageOnPort(this.#port)?.message;
  }
}
