/**
 * ONNX Runtime's C interface, called through koffi.
 *
 * `OrtApi` is a table of function pointers that only grows: the order of what a released version holds is
 * frozen (onnxruntime_c_api.cc asserts that version 5 ends at slot 149). All slots used here belong to
 * version 5, so every ONNX Runtime since 1.5 has them in these places.
 */
import { createRequire } from "node:module";
import type { KoffiFunc } from "koffi";
import { VaekitError } from "../common/errors.ts";
import type { TaskDefinition } from "../threads/helper.ts";

export type Pointer = bigint;
/** An `OrtStatus`; null means success. */
export type Status = Pointer | null;
/** Receives what C writes through an `_Out_` parameter. */
export type Out<T> = [T | null];

export interface OrtApi {
  GetErrorMessage(status: Pointer): string;
  CreateEnv(logLevel: number, logId: string, env: Out<Pointer>): Status;
  CreateSessionFromArray(
    env: Pointer,
    model: Uint8Array,
    byteLength: number,
    options: Pointer,
    session: Out<Pointer>,
  ): Status;
  Run(
    session: Pointer,
    runOptions: null,
    inputNames: Pointer,
    inputs: Pointer,
    inputCount: number,
    outputNames: Pointer,
    outputCount: number,
    outputs: Pointer,
  ): Status;
  CreateSessionOptions(options: Out<Pointer>): Status;
  SetSessionExecutionMode(options: Pointer, mode: number): Status;
  EnableMemPattern(options: Pointer): Status;
  EnableCpuMemArena(options: Pointer): Status;
  SetSessionLogSeverityLevel(options: Pointer, level: number): Status;
  SetSessionGraphOptimizationLevel(options: Pointer, level: number): Status;
  SetIntraOpNumThreads(options: Pointer, threads: number): Status;
  SetInterOpNumThreads(options: Pointer, threads: number): Status;
  SessionGetInputCount(session: Pointer, count: Out<number>): Status;
  SessionGetOutputCount(session: Pointer, count: Out<number>): Status;
  SessionGetInputTypeInfo(session: Pointer, index: number, info: Out<Pointer>): Status;
  SessionGetOutputTypeInfo(session: Pointer, index: number, info: Out<Pointer>): Status;
  SessionGetInputName(session: Pointer, index: number, allocator: Pointer, name: Out<Pointer>): Status;
  SessionGetOutputName(session: Pointer, index: number, allocator: Pointer, name: Out<Pointer>): Status;
  CreateTensorWithDataAsOrtValue(
    memory: Pointer,
    data: Pointer,
    byteLength: number,
    shape: BigInt64Array,
    rank: number,
    type: number,
    value: Out<Pointer>,
  ): Status;
  CastTypeInfoToTensorInfo(info: Pointer, tensorInfo: Out<Pointer>): Status;
  GetTensorElementType(tensorInfo: Pointer, type: Out<number>): Status;
  GetDimensionsCount(tensorInfo: Pointer, rank: Out<number>): Status;
  GetDimensions(tensorInfo: Pointer, shape: BigInt64Array, rank: number): Status;
  CreateCpuMemoryInfo(allocatorType: number, memoryType: number, memory: Out<Pointer>): Status;
  AllocatorFree(allocator: Pointer, memory: Pointer): Status;
  GetAllocatorWithDefaultOptions(allocator: Out<Pointer>): Status;
  ReleaseStatus(status: Pointer): void;
  ReleaseSession(session: Pointer): void;
  ReleaseValue(value: Pointer): void;
  ReleaseTypeInfo(info: Pointer): void;
  ReleaseSessionOptions(options: Pointer): void;
  AddSessionConfigEntry(options: Pointer, key: string, value: string): Status;
}

const API_VERSION = 5;
const SLOT_COUNT = 150;
const OUT_POINTER = "_Out_ void **";
const OUT_INT = "_Out_ int *";
const OUT_SIZE = "_Out_ size_t *";

/** Slot in `struct OrtApi` (include/onnxruntime/core/session/onnxruntime_c_api.h), result, parameters. */
const FUNCTIONS: {
  readonly [Name in keyof OrtApi]: readonly [slot: number, result: string, ...parameters: string[]];
} = {
  GetErrorMessage: [2, "str", "void *"],
  CreateEnv: [3, "void *", "int", "str", OUT_POINTER],
  CreateSessionFromArray: [8, "void *", "void *", "void *", "size_t", "void *", OUT_POINTER],
  Run: [9, "void *", "void *", "void *", "void *", "void *", "size_t", "void *", "size_t", "void *"],
  CreateSessionOptions: [10, "void *", OUT_POINTER],
  SetSessionExecutionMode: [13, "void *", "void *", "int"],
  EnableMemPattern: [16, "void *", "void *"],
  EnableCpuMemArena: [18, "void *", "void *"],
  SetSessionLogSeverityLevel: [22, "void *", "void *", "int"],
  SetSessionGraphOptimizationLevel: [23, "void *", "void *", "int"],
  SetIntraOpNumThreads: [24, "void *", "void *", "int"],
  SetInterOpNumThreads: [25, "void *", "void *", "int"],
  SessionGetInputCount: [30, "void *", "void *", OUT_SIZE],
  SessionGetOutputCount: [31, "void *", "void *", OUT_SIZE],
  SessionGetInputTypeInfo: [33, "void *", "void *", "size_t", OUT_POINTER],
  SessionGetOutputTypeInfo: [34, "void *", "void *", "size_t", OUT_POINTER],
  SessionGetInputName: [36, "void *", "void *", "size_t", "void *", OUT_POINTER],
  SessionGetOutputName: [37, "void *", "void *", "size_t", "void *", OUT_POINTER],
  CreateTensorWithDataAsOrtValue: [
    49,
    "void *",
    "void *",
    "void *",
    "size_t",
    "void *",
    "size_t",
    "int",
    OUT_POINTER,
  ],
  CastTypeInfoToTensorInfo: [55, "void *", "void *", OUT_POINTER],
  GetTensorElementType: [60, "void *", "void *", OUT_INT],
  GetDimensionsCount: [61, "void *", "void *", OUT_SIZE],
  GetDimensions: [62, "void *", "void *", "void *", "size_t"],
  CreateCpuMemoryInfo: [69, "void *", "int", "int", OUT_POINTER],
  AllocatorFree: [76, "void *", "void *", "void *"],
  GetAllocatorWithDefaultOptions: [78, "void *", OUT_POINTER],
  ReleaseStatus: [93, "void", "void *"],
  ReleaseSession: [95, "void", "void *"],
  ReleaseValue: [96, "void", "void *"],
  ReleaseTypeInfo: [98, "void", "void *"],
  ReleaseSessionOptions: [100, "void", "void *"],
  AddSessionConfigEntry: [130, "void *", "void *", "str", "str"],
};

/** A loaded ONNX Runtime library. */
export interface Library {
  readonly api: OrtApi;
  /**
   * `Run` on a helping thread: given its parameters as bigints, it returns the address of the status, or 0.
   * What the addresses lead to must live until it is over.
   */
  readonly runTask: TaskDefinition;
  readonly version: string;
  /** Held because koffi unloads a library once its handle is collected. */
  readonly handle: unknown;
  /** Reads a NUL-terminated UTF-8 string. */
  readString(pointer: Pointer): string;
  /** The address of a view's first byte, good for as long as the view lives and is not detached. */
  addressOf(view: ArrayBufferView): Pointer;
}

/** koffi readies a thread for calls as it loads a library there. */
const RUN_TASK = `
  const koffi = require(data.koffi);
  koffi.load(data.library);
  return koffi.decode(data.run, koffi.proto(data.result, data.parameters));`;

/**
 * Loads ONNX Runtime's shared library.
 * @throws Error if koffi is not installed or the library cannot be loaded.
 */
export async function loadLibrary(path: string): Promise<Library> {
  const { default: koffi } = await import("koffi");
  const handle = koffi.load(path);
  const getApiBase = handle.func("void *OrtGetApiBase()");
  const [getApi, getVersion] = koffi.decode(getApiBase(), koffi.array("void *", 2)) as [Pointer, Pointer];
  const table: Status = koffi.call(getApi, koffi.proto("void *", ["uint32_t"]), API_VERSION);
  if (table === null) throw new Error(`the library at ${path} does not offer API version ${API_VERSION}`);
  const pointers: Pointer[] = koffi.decode(table, koffi.array("void *", SLOT_COUNT));

  const functions: Record<string, KoffiFunc<(...values: unknown[]) => Status>> = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [slot, result, ...parameters]]) => [
      name,
      koffi.decode(pointers[slot], koffi.proto(result, parameters)),
    ]),
  );
  const [runSlot, result, ...parameters] = FUNCTIONS.Run;
  const koffiPath = createRequire(import.meta.url).resolve("koffi");
  return {
    handle,
    api: functions as unknown as OrtApi,
    runTask: {
      source: RUN_TASK,
      data: { koffi: koffiPath, library: path, run: pointers[runSlot], result, parameters },
    },
    version: koffi.call(getVersion, koffi.proto("str", [])),
    readString: (pointer) => koffi.decode.string(pointer),
    addressOf(view) {
      // V8 keeps a small typed array's elements on its moving heap until somebody asks for the buffer.
      void view.buffer;
      return koffi.address(view);
    },
  };
}

/** Throws if a call failed, with ONNX Runtime's own message. */
export function check(api: OrtApi, status: Status): void {
  if (status === null) return;
  const message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw new VaekitError(`ONNX Runtime: ${message.trim()}`);
}

/** Calls a function with an `_Out_` parameter and returns what it wrote there. */
export function output<T>(api: OrtApi, call: (out: Out<T>) => Status): T {
  const out: Out<T> = [null];
  check(api, call(out));
  return out[0] as T;
}
