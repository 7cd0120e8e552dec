/**
 * An engine in a worker of its own, which computes half of a batch while the caller computes the other. Its memory is
 * shared, so that the caller stages buffers there as in its own engine; its functions are called through a channel, and
 * the caller sleeps until they return. Only worker threads of isolated pages can do that.
 */
import { VaekitError } from "../common/errors.ts";
import { ORT_LOGGING_LEVEL_FATAL, type OrtModule, type WebEngine } from "./web-api.ts";
import { CHANNEL, CHANNEL_BYTES, ENGINE_WORKER, REMOTE_FUNCTIONS } from "./web-worker-source.ts";

type RemoteFunction = (typeof REMOTE_FUNCTIONS)[number];

/** Whether this thread may share memory with others, and sleep until they are done: a page's main thread may not. */
export function mayShareWork(): boolean {
  const { crossOriginIsolated, Worker, Blob, document } = globalThis as Partial<typeof globalThis>;
  return crossOriginIsolated === true && !!Worker && !!Blob && !document;
}

/** @throws VaekitError if there can be no worker, or it cannot load the engine */
export async function startSecondEngine(script: string, { module }: WebEngine): Promise<WebEngine> {
  const url = URL.createObjectURL(new Blob([ENGINE_WORKER], { type: "text/javascript" }));
  try {
    const worker = new Worker(url, { type: "module" });
    const channel = new SharedArrayBuffer(CHANNEL_BYTES);
    const memory = await new Promise<WebAssembly.Memory>((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message || "the worker was refused"));
      worker.onmessage = ({ data }) => (data.memory ? resolve(data.memory) : reject(new Error(data.problem)));
      worker.postMessage({ script, module, channel, loggingLevel: ORT_LOGGING_LEVEL_FATAL });
    }).catch((error) => {
      worker.terminate();
      throw error;
    });
    const begin = caller(new Int32Array(channel));
    return { ort: remoteModule(memory, begin), memory, module, begin };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VaekitError(`the second worker cannot be started: ${reason}`, { cause });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @returns begins a call, and gives what waits for its result */
function caller(words: Int32Array): NonNullable<WebEngine["begin"]> {
  return (name, values) => {
    words[CHANNEL.name] = REMOTE_FUNCTIONS.indexOf(name as RemoteFunction);
    words[CHANNEL.count] = values.length;
    words.set(values, CHANNEL.values);
    const call = Atomics.add(words, CHANNEL.asked, 1) + 1;
    Atomics.notify(words, CHANNEL.asked);
    return () => {
      // Calls have one caller, so that the only other value is that of the call before.
      while (Atomics.load(words, CHANNEL.done) !== call) Atomics.wait(words, CHANNEL.done, call - 1);
      const length = words[CHANNEL.thrown]!;
      if (length === 0) return words[CHANNEL.result]!;
      throw new Error(decode(new Uint8Array(words.buffer, 4 * CHANNEL.text, length)));
    };
  };
}

function remoteModule(memory: WebAssembly.Memory, begin: NonNullable<WebEngine["begin"]>): OrtModule {
  const functions = REMOTE_FUNCTIONS.map((name) => [
    name,
    (...values: (number | boolean)[]) => begin(name, values.map(Number))(),
  ]);
  return {
    ...(Object.fromEntries(functions) as Pick<OrtModule, RemoteFunction>),
    _OrtInit: () => 0,
    lengthBytesUTF8: (text) => new TextEncoder().encode(text).length,
    stringToUTF8(text, address, bytes) {
      const encoded = new TextEncoder().encode(text).subarray(0, bytes - 1);
      new Uint8Array(memory.buffer, address, encoded.length + 1).set([...encoded, 0]);
    },
    UTF8ToString(address) {
      const heap = new Uint8Array(memory.buffer, address);
      return decode(heap.subarray(0, heap.indexOf(0)));
    },
  };
}

/** A decoder takes no shared memory. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.slice());
}
