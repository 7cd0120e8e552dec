/**
 * ONNX Runtime's WebAssembly module and those of its C functions that vaekit calls, as onnxruntime-web 1.30.0 exports
 * them (lib/wasm/wasm-types.ts in that package). Addresses are byte offsets into the module's memory, 0 is null.
 */
import { VaekitError } from "../common/errors.ts";

export interface OrtModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
  UTF8ToString(address: number): string;
  stringToUTF8(text: string, address: number, bytes: number): void;
  lengthBytesUTF8(text: string): number;
  _OrtInit(threads: number, loggingLevel: number): number;
  /** Writes an error's code and the address of its message. */
  _OrtGetLastError(code: number, message: number): number;
  _OrtCreateSessionOptions(
    optimizationLevel: number,
    useArena: boolean,
    useMemoryPattern: boolean,
    executionMode: number,
    enableProfiling: boolean,
    profilePrefix: number,
    logId: number,
    logSeverity: number,
    logVerbosity: number,
    optimizedModelPath: number,
  ): number;
  _OrtAddSessionConfigEntry(options: number, key: number, value: number): number;
  _OrtReleaseSessionOptions(options: number): number;
  _OrtCreateSession(model: number, bytes: number, options: number): number | Promise<number>;
  _OrtReleaseSession(session: number): number;
  _OrtGetInputOutputCount(session: number, inputs: number, outputs: number): number;
  /** Writes the addresses of a name and of a description, which are the caller's to free by `_OrtFree`. */
  _OrtGetInputOutputMetadata(session: number, index: number, name: number, description: number): number;
  _OrtFree(address: number): void;
  _OrtCreateTensor(
    type: number,
    data: number,
    bytes: number,
    dimensions: number,
    rank: number,
    location: number,
  ): number;
  _OrtReleaseTensor(tensor: number): number;
  _OrtRun(
    session: number,
    inputNames: number,
    inputs: number,
    inputCount: number,
    outputNames: number,
    outputCount: number,
    outputs: number,
    options: number,
  ): number | Promise<number>;
}

/** The engine's two files, `ort-wasm-simd-threaded.mjs` and `.wasm` of onnxruntime-web 1.30.0. */
export interface WebEngineFiles {
  /** Absolute URL of the `.mjs` file. */
  readonly script: string;
  /** URL of the `.wasm` file or of a copy compressed by gzip, the bytes of either, or the compiled module. */
  readonly wasm: string | BufferSource | WebAssembly.Module;
}

/** A loaded engine and the memory it works in, which may grow: keep no view of its buffer. */
export interface WebEngine {
  readonly ort: OrtModule;
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  /** Of an engine on another thread: begins a call of one of its functions, and gives what waits for its result. */
  readonly begin?: (name: keyof OrtModule, values: readonly number[]) => () => number;
}

/** `OrtLoggingLevel`: a failed call throws with the same message, so nothing is lost. */
export const ORT_LOGGING_LEVEL_FATAL = 4;

type Factory = (options: {
  numThreads: number;
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): void;
}) => Promise<OrtModule>;

/**
 * Loads an engine of one thread.
 * @throws VaekitError if a file cannot be had or is not what it should be.
 */
export async function loadWebEngine({ script, wasm }: WebEngineFiles): Promise<WebEngine> {
  try {
    const [{ default: factory }, module] = await Promise.all([
      import(/* @vite-ignore */ script) as Promise<{ default: Factory }>,
      compile(wasm),
    ]);
    let memory: WebAssembly.Memory | undefined;
    const ort = await new Promise<OrtModule>((resolve, reject) => {
      const instantiateWasm: Parameters<Factory>[0]["instantiateWasm"] = (imports, done) => {
        const imported = Object.values(imports).flatMap((group) => Object.values(group));
        memory = imported.find((value) => value instanceof WebAssembly.Memory);
        WebAssembly.instantiate(module, imports).then((instance) => done(instance, module), reject);
      };
      factory({ numThreads: 1, instantiateWasm }).then(resolve, reject);
    });
    if (!memory) throw new Error("the script gives the module no memory");
    check(ort, memory, ort._OrtInit(1, ORT_LOGGING_LEVEL_FATAL));
    return { ort, memory, module };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VaekitError(`the WebAssembly engine cannot be loaded: ${reason}`, { cause });
  }
}

async function compile(wasm: WebEngineFiles["wasm"]): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm !== "string") return WebAssembly.compile(await decompressed(wasm));
  const response = await fetch(wasm);
  if (!response.ok) throw new Error(`${wasm} answers ${response.status}`);
  // Not compileStreaming, which refuses files that a server sends as another type than application/wasm.
  return WebAssembly.compile(await decompressed(await response.arrayBuffer()));
}

/** A gzip file (RFC 1952) begins with 1f 8b. Some servers decompress `.gz` files themselves: the name does not tell. */
export async function decompressed(bytes: BufferSource): Promise<BufferSource> {
  const [first, second] = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  if (first !== 0x1f || second !== 0x8b) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** @throws VaekitError with the engine's message unless the code is 0. */
export function check(ort: OrtModule, memory: WebAssembly.Memory, code: number): void {
  if (code !== 0) throw lastError(ort, memory);
}

export function lastError(ort: OrtModule, memory: WebAssembly.Memory): VaekitError {
  const at = allocate(ort, 8);
  ort._OrtGetLastError(at, at + 4);
  const message = ort.UTF8ToString(readWord(memory, at + 4));
  ort._free(at);
  return new VaekitError(`ONNX Runtime: ${message.trim()}`);
}

/** @throws VaekitError when the engine's memory is exhausted. */
export function allocate(ort: OrtModule, bytes: number): number {
  const address = ort._malloc(Math.max(1, bytes));
  if (address === 0)
    throw new VaekitError(
      `ONNX Runtime: its memory has no ${bytes} bytes left; make layers or the batch smaller`,
    );
  // Addresses above 2 GiB come as negative numbers.
  return address >>> 0;
}

/** @returns the address of a zero-terminated copy */
export function allocateText(ort: OrtModule, text: string): number {
  const bytes = ort.lengthBytesUTF8(text) + 1;
  const address = allocate(ort, bytes);
  ort.stringToUTF8(text, address, bytes);
  return address;
}

export function readWord(memory: WebAssembly.Memory, address: number): number {
  return new DataView(memory.buffer).getUint32(address, true);
}
