/** Rewrites by ONNX Runtime that cost time: a product and a sum become a `Gemm` that fills its result in one thread. */
export const SLOW_OPTIMIZERS = "MatMulAddFusion";
