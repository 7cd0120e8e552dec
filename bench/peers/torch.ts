import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SCRIPT = fileURLToPath(new URL("./torch_step.py", import.meta.url));
const PYTHONS = ["/usr/bin/python3", "python3"];
const REFERENCE_BLAS = /\/blas\/libblas\.so/;

interface TorchPeerOptions {
  /** [height, width, channels] */
  readonly image: readonly number[];
  /** Channels of the encoder's convolutions; a dense network unless given. */
  readonly channels?: readonly number[];
  /** Units of the encoder's dense layers; the decoder mirrors everything. */
  readonly hidden: readonly number[];
  readonly latent: number;
  /** Training images, IDX format; noise unless given. */
  readonly images?: string;
  /** Default 2. */
  readonly threads?: number;
  /** Default 128. */
  readonly batchSize?: number;
  /** Probability of keeping a hidden unit; default 1, no dropout. */
  readonly keepProbability?: number;
  /** L2 weight on ½‖W‖² over weights; default 1e-5. */
  readonly l2?: number;
  /** Each gradient value is limited to ±clip; default: no limit. */
  readonly clip?: number;
}

/** A VAE training in eager PyTorch, in a process of its own. */
interface TorchPeer {
  readonly version: string;
  readonly threads: number;
  /** Median of its own 2048³ matrix product, 1e9 floating-point operations a second. */
  readonly gemmGflops: number;
  /** File of the BLAS in use, where the system tells. */
  readonly blas: string | undefined;
  /** Whether that is the reference BLAS, which nobody trains with: a comparison with it says little. */
  readonly isSlowBlas: boolean;
  /** Trains n steps and gives the milliseconds of each. */
  steps(n: number): Promise<number[]>;
  /** Loss of the last step, nats per example; NaN before the first, or if it is not finite. */
  readonly loss: number;
  stop(): Promise<void>;
}

type TorchStart = { readonly peer: TorchPeer } | { readonly peer: undefined; readonly reason: string };

interface Ready {
  readonly torch: string;
  readonly threads: number;
  readonly gemmGflops: number;
  readonly blas: string | null;
}

interface Answer {
  readonly milliseconds: number[];
  readonly loss: number | null;
}

/** Starts PyTorch at its best, or says why it cannot be compared with. */
export async function startTorchPeer(options: TorchPeerOptions): Promise<TorchStart> {
  const python = await findPython();
  if (!python) {
    return { peer: undefined, reason: `no PyTorch: ${PYTHONS.join(" and ")} cannot import torch` };
  }
  const child = spawn(python, [SCRIPT, ...argumentsOf(options)], {
    env: environment(),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the PyTorch process ended without an answer; its own message is above");
    return JSON.parse(value);
  };

  const ready = (await read()) as Ready;
  let loss = Number.NaN;
  return {
    peer: {
      version: ready.torch,
      threads: ready.threads,
      gemmGflops: ready.gemmGflops,
      blas: ready.blas ?? undefined,
      isSlowBlas: ready.blas !== null && REFERENCE_BLAS.test(ready.blas),
      get loss() {
        return loss;
      },
      async steps(n) {
        child.stdin.write(`${JSON.stringify({ steps: n })}\n`);
        const answer = (await read()) as Answer;
        loss = answer.loss ?? Number.NaN;
        return answer.milliseconds;
      },
      stop: () => end(child),
    },
  };
}

async function findPython(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    try {
      await promisify(execFile)(python, ["-c", "import torch, numpy"], { env: environment() });
      return python;
    } catch {}
  }
  return undefined;
}

/** An OPENBLAS_* variable may name older kernels; without them OpenBLAS picks the fastest the processor has. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OPENBLAS_")));
}

function argumentsOf(options: TorchPeerOptions): string[] {
  const flags = {
    "--image": options.image,
    "--channels": options.channels,
    "--hidden": options.hidden,
    "--latent": options.latent,
    "--images": options.images,
    "--threads": options.threads,
    "--batch-size": options.batchSize,
    "--keep-probability": options.keepProbability,
    "--weight-decay": options.l2,
    "--clip": options.clip,
  };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return given.flatMap(([flag, value]) => [flag, String(value)]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.stdin?.end();
  await exited;
}
