/**
 * The memory through which caller and helper speak, in bytes: the caller writes what it asks for, a task's number below
 * a count that makes it new, and the helper writes it down again when that is done. What either writes is far enough
 * apart not to share a line of the cache, wherever the memory begins.
 */
export const CHANNEL = { asked: 0, done: 128, failed: 132, values: 256, result: 384, length: 512 } as const;

/** Most values that a task is given. */
export const MOST_VALUES = 8;

/** What can be asked for besides tasks: to read messages, which learns what they hold, and to end. */
export const READ = 0;
export const END = 1;
export const FIRST_TASK = 2;
/** Parts of what is asked for. */
export const NUMBER = 0x7fff;
export const INVITED = 0x8000;
export const COUNT = 0x10000;

/**
 * A helper stays awake so long for the next thing to do: two training steps are less apart, and to wake up takes as long
 * as a tenth of a step.
 */
export const AWAKE_MS = 1;

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
      // Of an invitation that failed nobody wants to know.
      if (!(request & ${INVITED})) port.postMessage(String(error?.message ?? error));
      failed[0] = 1;
    }
    Atomics.store(done, 0, request);
    Atomics.notify(done, 0);
  }`;
