"""Small model files: weights in 16 bits and no table twice. What is computed stays in 32 bits."""
import numpy as np
import torch

# Smaller arrays are not worth another node of the graph.
LEAST_VALUES = 1024


@torch.no_grad()
def round_weights(network):
    """Rounds weights to the nearest of 16 bits, relative error 5e-4. Biases and what is not trained stay.

    The tables of a Fourier transform must stay: powers span seven decades.
    """
    for value in network.parameters():
        if value.dim() > 1:
            value.copy_(value.half())


def compact(model):
    """Changes an onnx.ModelProto in place, not what it computes.

    The exporter writes a table once per use; here it stands once. An array that has an exact form in 16
    bits is stored as such, with a cast back, which whatever runs the model does once, when it loads it.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    nodes, known = [], {}
    for node in graph.node:
        values = None
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            values = numpy_helper.to_array(node.attribute[0].t)
        if values is None or values.size < LEAST_VALUES:
            nodes.append(node)
            continue
        content = (values.dtype.str, values.shape, values.tobytes())
        if content not in known:
            known[content] = node.output[0]
            graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        else:
            nodes.append(helper.make_node("Identity", [known[content]], [node.output[0]]))
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < LEAST_VALUES:
            continue
        with np.errstate(over="ignore"):
            half = values.astype(np.float16)
        if np.array_equal(half.astype(np.float32), values):
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
