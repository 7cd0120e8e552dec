import { once } from "node:events";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { VaekitError } from "../common/errors.ts";
import { CHANNEL, COUNT, END, FIRST_TASK, HELPER, INVITED, MOST_VALUES, READ } from "./helper-source.ts";

/** A task for a helper to load. */
export interface TaskDefinition {
  /**
   * Body of a function of `require` and `data` that returns the task: a function of 8 bigints that returns one or
   * nothing.
   */
  readonly source: string;
  /** Anything `structuredClone` accepts, including shared memory and WebAssembly modules. */
  readonly data: unknown;
}

/** A task that a helper has loaded. */
export interface HelperTask {
  /**
   * Starts the task with up to 8 values from 0 to 2⁶⁴ − 1; omitted values are arbitrary. Waits for the task before it.
   * @returns a function that waits for the result; it throws a VaekitError if the task failed
   * @throws {VaekitError} when the helper was ended
   */
  begin(values: ArrayLike<bigint>): () => bigint;
  /** Asks the helper to run it, without values, unless it is busy. The outcome is not reported. */
  invite(): void;
}

type Outcome = { readonly result: bigint } | { readonly failure: string };

/** How long a caller spins before it sleeps: it has done an equal share of the work, so the helper is usually done. */
const CALLER_AWAKE_MS = 0.1;

/**
 * A thread that runs tasks for the calling one. It spins for a moment after a task, and after an invitation that found
 * it awake, because the next one usually follows soon; then it sleeps. It does not keep the process alive.
 */
export class Helper {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #asked: Int32Array;
  readonly #done: Int32Array;
  readonly #failed: Int32Array;
  readonly #values: BigUint64Array;
  readonly #result: BigUint64Array;
  #learnt = 0;
  #request = 0;
  /** Waits for the task started last, unless it has been waited for. */
  #underWay: (() => Outcome) | undefined;
  #hasEnded = false;

  /** @throws what Node throws where the system gives no more threads */
  static async start(): Promise<Helper> {
    const memory = new SharedArrayBuffer(CHANNEL.length);
    const { port1: ours, port2: port } = new MessageChannel();
    const workerData = { memory, port };
    const worker = new Worker(HELPER, { eval: true, execArgv: [], workerData, transferList: [port] });
    await once(worker, "online");
    worker.unref();
    return new Helper(worker, memory, ours);
  }

  private constructor(worker: Worker, memory: SharedArrayBuffer, port: MessagePort) {
    this.#worker = worker;
    this.#port = port;
    this.#asked = new Int32Array(memory, CHANNEL.asked, 1);
    this.#done = new Int32Array(memory, CHANNEL.done, 1);
    this.#failed = new Int32Array(memory, CHANNEL.failed, 1);
    this.#values = new BigUint64Array(memory, CHANNEL.values, MOST_VALUES);
    this.#result = new BigUint64Array(memory, CHANNEL.result, 1);
  }

  /** Loading continues while the caller does other things. */
  learn({ source, data }: TaskDefinition): HelperTask {
    this.#port.postMessage({ source, data });
    const number = FIRST_TASK + this.#learnt++;
    this.#invite(READ);
    return {
      begin: (values) => this.#begin(number, values),
      invite: () => this.#invite(number),
    };
  }

  /** Ends the thread and its tasks after the current one is done; resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#underWay?.();
    this.#hasEnded = true;
    this.#worker.ref();
    const gone = once(this.#worker, "exit");
    this.#ask(END);
    await gone;
  }

  #begin(number: number, values: ArrayLike<bigint>): () => bigint {
    if (this.#hasEnded) throw new VaekitError("the helping thread was ended; start another");
    this.#underWay?.();
    this.#values.set(values);
    this.#ask(number);
    let outcome: Outcome | undefined;
    const awaitOutcome = () => {
      outcome ??= this.#awaitOutcome();
      return outcome;
    };
    this.#underWay = awaitOutcome;
    return () => {
      const ended = awaitOutcome();
      if ("failure" in ended) throw new VaekitError(`a helping thread failed: ${ended.failure}`);
      return ended.result;
    };
  }

  #invite(number: number): void {
    if (!this.#underWay && !this.#hasEnded) this.#ask(INVITED | number);
  }

  #ask(what: number): void {
    this.#request = ((this.#request & -COUNT) + COUNT + what) | 0;
    Atomics.store(this.#asked, 0, this.#request);
    Atomics.notify(this.#asked, 0);
  }

  #awaitOutcome(): Outcome {
    const sleepy = performance.now() + CALLER_AWAKE_MS;
    let done = Atomics.load(this.#done, 0);
    while (done !== this.#request) {
      if (performance.now() > sleepy) Atomics.wait(this.#done, 0, done);
      done = Atomics.load(this.#done, 0);
    }
    this.#underWay = undefined;
    if (this.#failed[0] === 0) return { result: this.#result[0]! };
    return { failure: receiveMessageOnPort(this.#port)?.message };
  }
}
