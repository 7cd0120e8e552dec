import { nativeRuntime } from "./native.ts";
import { describeContract } from "./testing/contract.ts";

describeContract("onnxruntime-node (native)", nativeRuntime);
