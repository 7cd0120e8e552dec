import { once } from "node:events";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { VaekitError } from "../common/errors.ts";
import { CHANNEL, COUNT, END, FIRST_TASK, HELPER, INVITED, MOST_VALUES, READ } from "./helper-source.ts";

/** Something a helper can learn. */
export interface TaskDefinition {
  /**
   * Body of a function of `require` and `data` that returns the task: a function of 8 bigints that returns one or
   * nothing.
   */
  readonly source: string;
  /** What `structuredClone` takes, shared memory and WebAssembly modules included. */
  readonly data: unknown;
}

/** Something a helper has learnt. */
export interface HelperTask {
  /**
   * Has the helper begin, with up to 8 values from 0 to 2⁶⁴ − 1; what is not given may be any. What was begun before is
   * waited for.
   * @returns waits until it is done, and gives the result; it throws a VaekitError if the task failed
   * @throws {VaekitError} when the helper was ended
   */
  begin(values: ArrayLike<bigint>): () => bigint;
  /** Asks the helper to do it, without values, unless something is under way. Nobody learns whether it was done. */
  invite(): void;
}

type Outcome = { readonly result: bigint } | { readonly failure: string };

/** A caller stays awake so long: it has done as much as the helper meanwhile, so most often the helper is done, too. */
const CALLER_AWAKE_MS = 0.1;

/**
 * Another thread that does what the calling one asks of it. It stays awake for a moment after what it was to begin,
 * and after invitations that found it awake, because more often follows; then it sleeps. It keeps no process alive.
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
  /** Waits for what was begun last, until somebody has. */
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

  /** Ends the thread, once what is under way is done; resolves when it is gone, with all that it has learnt. */
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
