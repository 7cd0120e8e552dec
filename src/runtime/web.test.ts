import { describe, expect, it } from "vitest";
import { describeContract } from "./testing/contract.ts";
import { webRuntime } from "./web.ts";
import { webRuntimeInNode } from "./web-in-node.ts";

let runtime: ReturnType<typeof webRuntimeInNode> | undefined;
const load = () => {
  runtime ??= webRuntimeInNode();
  return runtime;
};

describeContract("onnxruntime-web (wasm)", load, 1);

describe("webRuntime", () => {
  it("says which file is missing", async () => {
    const files = { script: "file:///nowhere/engine.mjs", wasm: new Uint8Array(8) };
    await expect(webRuntime({ files })).rejects.toThrow(/^the WebAssembly engine cannot be loaded: .+/);
  });
});
