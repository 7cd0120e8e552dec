import { kernelsWasm, sharedKernelsWasm } from "./generated/kernels.ts";

/** The WebAssembly functions; addresses are byte offsets into their memory, lengths count elements. */
export interface KernelExports {
  freeAddress(): number;
  wordsAddress(): number;
  seek(
    key0: number,
    key1: number,
    counter0: number,
    counter1: number,
    counter2: number,
    counter3: number,
  ): void;
  drawWords(skip: number, wanted: number): number;
  uniform(out: number, length: number, skip: number, minimum: number, range: number, open: number): void;
  normal(out: number, length: number, skip: number, mean: number, standardDeviation: number): void;
  dropoutMask(out: number, length: number, skip: number, lastKept: number, kept: number): void;
  binarize(values: number, length: number, skip: number): void;
  convertUint8(out: number, from: number, length: number, divisor: number): void;
  sumOfSquares(gradients: number, toOthers: number, length: number): number;
  firstNonFinite(values: number, length: number): number;
  flush(values: number, length: number): void;
  adam(
    parameters: number,
    gradients: number,
    toOthers: number,
    firstMoment: number,
    secondMoment: number,
    length: number,
    gradientScale: number,
    clipValue: number,
    l2: number,
    retained: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    stepSize: number,
    epsilon: number,
  ): void;
  teamBytes(): number;
  offerAdam(team: number, ...argumentsOfAdam: Parameters<KernelExports["adam"]>): void;
  finish(team: number): void;
  sgd(
    parameters: number,
    gradients: number,
    toOthers: number,
    velocity: number,
    length: number,
    gradientScale: number,
    clipValue: number,
    l2: number,
    learningRate: number,
    momentum: number,
  ): void;
}

/** The module's own data fit in its first page. */
export const MODULE_BYTES = 65_536;

/** @param shared whether threads share the memory it is for */
export function compileKernels(shared: boolean): Promise<WebAssembly.Module> {
  const base64 = shared ? sharedKernelsWasm : kernelsWasm;
  return WebAssembly.compile(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

export async function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<KernelExports> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports as unknown as KernelExports;
}
