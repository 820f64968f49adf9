"""An ONNX graph written operator by operator."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RUNTIME_DOMAIN = "com.microsoft"  # operators of ONNX Runtime itself, in every CPU build
# Older versions of the format, so that older runtimes read it too.
OPSET, IR_VERSION = 17, 8


class Graph:
    """Operators and constants in the order of their making; values are their names."""

    def __init__(self, name="graph"):
        self.name = name
        self.nodes = []
        self.initializers = []
        self.known = {}
        self.count = 0

    def fresh(self, hint):
        self.count += 1
        return f"{hint}_{self.count}"

    def constant(self, values, hint="constant"):
        """The name of a constant array; equal arrays are stored once."""
        array = np.asarray(values, order="C")
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self.known:
            self.known[key] = self.fresh(hint)
            self.initializers.append(numpy_helper.from_array(array, self.known[key]))
        return self.known[key]

    def ints(self, *values):
        return self.constant(np.array(values, np.int64), "ints")

    def int(self, value):
        return self.constant(np.array(value, np.int64), "int")

    def float(self, value):
        return self.constant(np.array(value, np.float32), "float")

    def add(self, operator, *inputs, outputs=1, runtime=False, **attributes):
        """Adds a node; the name of its output, or their names if there are several. An input of None is left out."""
        names = [self.fresh(operator.lower()) for _ in range(outputs)]
        node = helper.make_node(
            operator,
            [name or "" for name in inputs],
            names,
            name=self.fresh(operator),
            domain=RUNTIME_DOMAIN if runtime else "",
            **attributes,
        )
        self.nodes.append(node)
        return names[0] if outputs == 1 else names

    def reshape(self, value, *shape):
        """0 in the shape: as it is; -1: whatever is left."""
        return self.add("Reshape", value, self.ints(*shape))

    def transpose(self, value, *order):
        return self.add("Transpose", value, perm=list(order))

    def cut(self, value, axis, start, end):
        return self.add("Slice", value, self.ints(start), self.ints(end), self.ints(axis))

    def name_output(self, value, name):
        """Gives a value the name of an output."""
        self.nodes.append(helper.make_node("Identity", [value], [name], name=self.fresh("Identity")))

    def branch(self, condition, then, otherwise):
        """The value of `then(graph)` or `otherwise(graph)`; both may use what this graph holds."""
        parts = []
        for build in (then, otherwise):
            inner = Graph(self.fresh("branch"))
            inner.fresh = self.fresh
            inner.constant = self.constant
            value = build(inner)
            output = helper.make_empty_tensor_value_info(value)
            parts.append(helper.make_graph(inner.nodes, inner.name, [], [output]))
        return self.add("If", condition, then_branch=parts[0], else_branch=parts[1])

    def model(self, inputs, outputs):
        """inputs, outputs: {name: (element type, shape)} -> onnx.ModelProto, checked."""
        described = [
            [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in values.items()]
            for values in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, self.name, *described, self.initializers)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME_DOMAIN, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="kompress")
        onnx.checker.check_model(model)
        return model


INT64, FLOAT, BOOL = TensorProto.INT64, TensorProto.FLOAT, TensorProto.BOOL
