"""Checks every .onnx file of a directory against the ONNX standard and prints the output shapes it infers.

Prints one JSON object: file name -> {output name: [length or name of a dimension, ...]}.
"""

import json
import pathlib
import sys

import onnx

shapes = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    # Inference must find the shapes by itself, not read what the model says they are.
    del model.graph.value_info[:]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    shapes[path.name] = {
        output.name: [
            dim.dim_value if dim.HasField("dim_value") else dim.dim_param
            for dim in output.type.tensor_type.shape.dim
        ]
        for output in inferred.graph.output
    }
print(json.dumps(shapes))
