import { sizeOf } from "../../graph/node.ts";
import type { Device, DeviceTensor, Runtime, TensorBuffer } from "../../runtime/session.ts";

interface Kept extends DeviceTensor {
  readonly buffer: TensorBuffer;
}

/** An accelerator that is the processor, and counts the tensors it holds. @param shapes of a model's outputs */
export function hostDevice(
  runtime: Runtime,
  shapes: (name: string) => readonly number[],
): Device & { held: number } {
  const device = {
    name: "host",
    onlyIfFaster: false,
    held: 0,
    async createSession(model: Uint8Array, kept: ReadonlySet<string> = new Set()) {
      const session = await runtime.createSession(model, { threads: 1 });
      return {
        inputNames: session.inputNames,
        async run(inputs: Readonly<Record<string, TensorBuffer | DeviceTensor>>) {
          const buffers = Object.fromEntries(
            session.outputNames.map((name): [string, TensorBuffer] => {
              const shape = shapes(name);
              return [name, { type: "float32", shape, data: new Float32Array(sizeOf(shape)) }];
            }),
          );
          const feeds = Object.fromEntries(
            Object.entries(inputs).map(([name, value]) => [
              name,
              "device" in value ? (value as Kept).buffer : value,
            ]),
          );
          const binding = session.bind(feeds, buffers);
          await binding.run();
          binding.dispose();
          return Object.fromEntries(
            Object.entries(buffers).map(([name, buffer]) => {
              if (!kept.has(name)) return [name, buffer.data];
              device.held++;
              const tensor: Kept = { device: true, buffer, dispose: () => void device.held-- };
              return [name, tensor];
            }),
          );
        },
        dispose: () => session.dispose(),
      };
    },
  };
  return device;
}
