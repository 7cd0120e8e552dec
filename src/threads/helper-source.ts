/**
 * The memory through which caller and helper speak, in bytes: the caller writes what it asks for, a task's number below
 * a count that makes it new, and the helper writes it down again when that is done. What either writes is on lines of
 * the cache of its own.
 */
export const CHANNEL = { asked: 0, done: 64, failed: 68, values: 128, result: 192, length: 256 } as const;

/** Most values that a task is given. */
export const MOST_VALUES = 8;

/**
 * Either side stays awake so long when it waits for the other: between two training steps the helper has nothing to do
 * for less, and to wake up takes as long as a tenth of a step.
 */
export const AWAKE_MS = 1;

/** Parts of what is asked for. */
export const TASK_BITS = 0x7fff;
export const INVITED = 0x8000;
export const COUNT = 0x10000;
/** The number of no task: there are messages to read. */
export const NO_TASK = 0;

/**
 * The program of a helper's thread. Text, because there is no one file that it could be loaded from: not from sources,
 * which the thread could not read, nor from a bundle.
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
  const tasks = new Map();

  function readMessages() {
    for (let received; (received = receiveMessageOnPort(port)); ) {
      const { number, source, data } = received.message;
      if (source) tasks.set(number, learn(source, data));
      else tasks.delete(number);
    }
  }

  function learn(source, data) {
    try {
      return compileFunction(source, ["require", "data"])(require, data);
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  let request = 0;
  let isAwake = false;

  function awaitNext() {
    const sleepy = performance.now() + ${AWAKE_MS};
    while (isAwake && Atomics.load(asked, 0) === request) isAwake = performance.now() < sleepy;
    while (Atomics.load(asked, 0) === request) Atomics.wait(asked, 0, request);
    request = Atomics.load(asked, 0);
    // Whoever is woken for an invitation sleeps again: other threads may need the core more.
    isAwake ||= (request & ${INVITED}) === 0;
  }

  for (;;) {
    awaitNext();
    const number = request & ${TASK_BITS};
    try {
      readMessages();
      if (number !== ${NO_TASK}) result[0] = tasks.get(number)(...values) ?? 0n;
      failed[0] = 0;
    } catch (error) {
      port.postMessage(String(error?.message ?? error));
      failed[0] = 1;
    }
    Atomics.store(done, 0, request);
    Atomics.notify(done, 0);
  }`;
