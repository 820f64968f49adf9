"""Products with constant weights in an ONNX graph: in float32, or in 8 bits.

In 8 bits the weights are signed, one scale an output, and the activations unsigned with a scale and a zero point found
anew for each tensor (DynamicQuantizeLinear, MatMulIntegerToFloat: measured against the other ways in README.md). Weights
use 7 of the 8 bits: x64 without VNNI adds two products in 16 bits, and 2 * 255 * 64 still fits there, so that every
processor gives the same sums.
"""

from dataclasses import dataclass

import numpy as np

WEIGHT_LIMIT = 63
ROW_LIMIT = 127


@dataclass
class Activation:
    """What goes into products. `moved` may reorder, repeat or cut `data`; `zero` is the value of a 0 in it."""

    data: str
    zero: str
    scale: str | None = None

    def moved(self, move):
        return Activation(move(self.data), self.zero, self.scale)


class FloatProducts:
    """Everything in float32."""

    def activation(self, graph, value):
        return Activation(value, graph.float(0))

    def product(self, graph, activation, weight, bias=None):
        """activation [..., inputs] times weight [outputs, inputs], plus bias [outputs] -> float32 [..., outputs]."""
        result = graph.add("MatMul", activation.data, graph.constant(weight.T, "weight"))
        return result if bias is None else graph.add("Add", result, graph.constant(bias, "bias"))

    def rows(self, graph, table, indices):
        """The rows of table [rows, size] at indices [...] -> float32 [..., size]."""
        return graph.add("Gather", graph.constant(table, "table"), indices)


class Int8Products:
    """Weights and activations of products in 8 bits, tables with a scale a row; the same interface as FloatProducts."""

    def activation(self, graph, value):
        data, scale, zero = graph.add("DynamicQuantizeLinear", value, outputs=3)
        return Activation(data, zero, scale)

    def product(self, graph, activation, weight, bias=None):
        quantized, scale = quantize_rows(weight, WEIGHT_LIMIT)
        return graph.add(
            "MatMulIntegerToFloat",
            activation.data,
            graph.constant(quantized.T, "weight"),
            activation.scale,
            graph.constant(scale, "scale"),
            activation.zero,
            graph.constant(np.zeros(len(scale), np.int8), "zero"),
            None if bias is None else graph.constant(bias, "bias"),
            runtime=True,
        )

    def rows(self, graph, table, indices):
        quantized, scale = quantize_rows(table, ROW_LIMIT)
        row = graph.add("Cast", graph.add("Gather", graph.constant(quantized, "table"), indices), to=1)
        return graph.add("Mul", row, graph.add("Gather", graph.constant(scale[:, None], "scale"), indices))


def quantize_rows(values, limit):
    """float [rows, columns] -> int8 within [-limit, limit], and float32 [rows]: what a step is worth in each row."""
    scale = np.maximum(np.abs(values).max(1) / limit, np.finfo(np.float32).tiny).astype(np.float32)
    return np.rint(values / scale[:, None]).clip(-limit, limit).astype(np.int8), scale
