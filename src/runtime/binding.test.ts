import { bindingRuntime } from "./binding.ts";
import { describeContract } from "./testing/contract.ts";

describeContract("onnxruntime-node (binding)", bindingRuntime);
