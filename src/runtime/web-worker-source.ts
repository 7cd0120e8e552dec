/**
 * Words of the memory through which an engine on another thread is called: the number of calls asked for and done, the
 * function, its arguments, what it returned, and where it threw, the length of the message that follows.
 */
export const CHANNEL = {
  asked: 0,
  done: 1,
  name: 2,
  count: 3,
  result: 4,
  thrown: 5,
  values: 8,
  text: 24,
} as const;
export const CHANNEL_BYTES = 1024;
const MOST_TEXT = CHANNEL_BYTES - 4 * CHANNEL.text;

/** Functions of an engine that may be called through the channel, by number. */
export const REMOTE_FUNCTIONS = [
  "_malloc",
  "_free",
  "_OrtGetLastError",
  "_OrtCreateSessionOptions",
  "_OrtAddSessionConfigEntry",
  "_OrtReleaseSessionOptions",
  "_OrtCreateSession",
  "_OrtReleaseSession",
  "_OrtGetInputOutputCount",
  "_OrtGetInputOutputMetadata",
  "_OrtFree",
  "_OrtCreateTensor",
  "_OrtReleaseTensor",
  "_OrtRun",
] as const;

/**
 * The program of a module worker that loads an engine and then does what the channel asks for, as text, because the
 * engine's users bundle it in ways of their own: an address beside this file would not survive that.
 */
export const ENGINE_WORKER = `
self.onmessage = async ({ data: { script, module, channel, loggingLevel } }) => {
  let ort;
  try {
    const { default: factory } = await import(script);
    let memory;
    ort = await factory({
      numThreads: 1,
      instantiateWasm(imports, done) {
        const imported = Object.values(imports).flatMap((group) => Object.values(group));
        memory = imported.find((value) => value instanceof WebAssembly.Memory);
        WebAssembly.instantiate(module, imports).then((instance) => done(instance, module));
      },
    });
    if (ort._OrtInit(1, loggingLevel) !== 0) throw new Error("the engine did not start");
    postMessage({ memory });
  } catch (error) {
    postMessage({ problem: String(error?.message ?? error) });
    return;
  }
  const words = new Int32Array(channel);
  const names = ${JSON.stringify(REMOTE_FUNCTIONS)};
  for (let call = 1; ; call++) {
    while (Atomics.load(words, ${CHANNEL.asked}) !== call) Atomics.wait(words, ${CHANNEL.asked}, call - 1);
    const values = words.slice(${CHANNEL.values}, ${CHANNEL.values} + words[${CHANNEL.count}]);
    words[${CHANNEL.thrown}] = 0;
    try {
      words[${CHANNEL.result}] = ort[names[words[${CHANNEL.name}]]](...values);
    } catch (error) {
      const text = new TextEncoder().encode(String(error?.message ?? error) || "it failed").slice(0, ${MOST_TEXT});
      new Uint8Array(channel, ${4 * CHANNEL.text}).set(text);
      words[${CHANNEL.thrown}] = text.length;
    }
    Atomics.store(words, ${CHANNEL.done}, call);
    Atomics.notify(words, ${CHANNEL.done});
  }
};`;
