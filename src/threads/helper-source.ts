/**
 * Layout, in bytes, of the memory through which caller and helper communicate. The caller writes a request: a task's
 * number in the low bits, a counter that makes it new above. The helper copies it to its own word when it is done. The
 * two words are far enough apart not to share a cache line, at any alignment of the memory.
 */
export const CHANNEL = { asked: 0, done: 128, failed: 132, values: 256, result: 384, length: 512 } as const;

/** Largest number of values of a task. */
export const MOST_VALUES = 8;

/** Requests besides tasks: read messages, which load tasks, and end. */
export const READ = 0;
export const END = 1;
export const FIRST_TASK = 2;
/** Bit fields of a request. */
const NUMBER = 0x7fff;
export const INVITED = 0x8000;
export const COUNT = 0x10000;

/**
 * How long a helper spins for the next request: longer than the gap between two training steps. Waking up takes a tenth
 * of a step.
 */
export const AWAKE_MS = 1;

/**
 * The program of a helper's thread, as text, because no single file works for all uses: the thread cannot load
 * TypeScript sources, and a bundle has no separate file.
 */
export const HELPER = `
  const { compileFunction } = require("node:vm");
  const { receiveMessageOnPort, workerData } = require("node:worker_threads");
  const { memory, port } = workerData;
  const asked = new Int32Array(memory, ${CHANNEL.asked}, 1);
  const done = new Int32Array(memory, ${CHANNEL.done}, 1);
  const failed = new Int32Array(memory, ${CHANNEL.failed}, 1);
  const values = new BigUint64Array(memory, ${CHANNEL.values}, ${MOST_VALUES});
  const result = new BigUint64Array(memory, ${CHANNEL.result}, 1);
  const tasks = [];
  let request = 0;
  let isAwake = false;

  function awaitNext() {
    const sleepy = performance.now() + ${AWAKE_MS};
    while (isAwake && Atomics.load(asked, 0) === request) isAwake = performance.now() < sleepy;
    while (Atomics.load(asked, 0) === request) Atomics.wait(asked, 0, request);
    request = Atomics.load(asked, 0);
    // A thread woken for an invitation sleeps again: other threads may need the core more.
    isAwake ||= (request & ${INVITED}) === 0;
  }

  function readMessages() {
    for (let received; (received = receiveMessageOnPort(port)); ) tasks.push(learn(received.message));
  }

  function learn({ source, data }) {
    try {
      return compileFunction(source, ["require", "data"])(require, data);
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  function doTask(number) {
    if (request & ${INVITED}) tasks[number]();
    else result[0] = tasks[number](...values) ?? 0n;
  }

  for (;;) {
    awaitNext();
    const number = request & ${NUMBER};
    if (number === ${END}) break;
    try {
      readMessages();
      if (number >= ${FIRST_TASK}) doTask(number - ${FIRST_TASK});
      failed[0] = 0;
    } catch (error) {
      // A failed invitation is not reported.
      if (!(request & ${INVITED})) port.postMessage(String(error?.message ?? error));
      failed[0] = 1;
    }
    Atomics.store(done, 0, request);
    Atomics.notify(done, 0);
  }`;
