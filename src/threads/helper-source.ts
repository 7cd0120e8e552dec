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

/** What is asked is to read the messages, no task. */
export const NO_TASK = 0;
export const TASK_BITS = 0xffff;

/**
 * The program of a helper's thread. Text, because there is no one file that it could be loaded from: not from sources,
 * which the thread could not read, nor from a bundle.
 */
export const HELPER = `
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
      return new Function("require", "data", source)(require, data);
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  function awaitOtherThan(last) {
    const sleepy = performance.now() + ${AWAKE_MS};
    while (Atomics.load(asked, 0) === last) if (performance.now() > sleepy) Atomics.wait(asked, 0, last);
    return Atomics.load(asked, 0);
  }

  for (let request = 0; ; ) {
    request = awaitOtherThan(request);
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
