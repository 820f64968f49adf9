"""The multi-head ModernBERT as an ONNX graph with few and large operators.

Written for ONNX Runtime on a CPU; every choice is the fastest of those tried there (README.md, "Export"): queries and
keys come from one product, turned by one RotaryEmbedding; local layers gather each block's 192 keys by row and multiply
all blocks and heads in one batched product; global layers are plain products around a softmax, which were faster than
the runtime's fused attention and give the attention sums for almost nothing.
"""

import numpy as np
import torch
import torch.nn.functional as F

from kompress_model import VECTOR_SIZE
from modernbert import MASKED
from onnx_graph import BOOL, FLOAT, INT64, Graph
from onnx_products import FloatProducts

POSITIONS = 8192
OUTPUTS = (
    "token_probs",
    "span_scores",
    "final_scores",
    "attention_mass",
    "layer_attention_mean",
    "token_vectors",
    "token_weights",
)
# A boolean scalar: whether attention_mass and layer_attention_mean are worth computing; else they are 0.
WITH_ATTENTION = "with_attention"


def build(model, products, exact_layers=0):
    """Kompress (in evaluation mode) -> onnx.ModelProto, its products made by `products` (onnx_products).

    The last `exact_layers` layers have the second product of their feed-forward part in float32 all the same: a few
    tokens are large there and coarsen all the others.
    """
    return EncoderGraph(model, products, exact_layers).build()


class EncoderGraph:
    def __init__(self, model, products, exact_layers):
        self.config = model.encoder.config
        self.first_exact_layer = self.config.layers - exact_layers
        self.weights = {name: value.detach().float().numpy() for name, value in model.state_dict().items()}
        self.products = products
        self.graph = Graph("kompress")
        self.block = self.config.local_window // 2
        self.size = self.config.hidden // self.config.heads

    def build(self):
        self.prepare()
        state, normed, masses = self.embedded(), None, []
        for layer in range(self.config.layers):
            normed = self.norm(state, f"layers.{layer}.attn_norm") if layer else state
            state = self.graph.add("Add", state, self.attention(layer, normed, masses))
            normed = self.norm(state, f"layers.{layer}.mlp_norm")
            state = self.graph.add("Add", state, self.feed_forward(layer, normed))
        outputs = self.heads(self.norm(state, "final_norm"))
        outputs["attention_mass"] = self.scaled(masses[-1])
        outputs["layer_attention_mean"] = self.scaled(self.mean(masses))
        for name in OUTPUTS:
            self.graph.name_output(outputs[name], name)
        shape = ["batch", "length"]
        inputs = {"input_ids": (INT64, shape), "attention_mask": (INT64, shape), WITH_ATTENTION: (BOOL, [])}
        described = {name: (FLOAT, shape) for name in OUTPUTS}
        described["token_vectors"] = (FLOAT, [*shape, VECTOR_SIZE])
        return self.graph.model(inputs, described)

    def encoder(self, name):
        return self.weights[f"encoder.{name}.weight"]

    # What all layers share.

    def prepare(self):
        graph = self.graph
        self.shape = graph.add("Shape", "input_ids")
        self.length = graph.cut(self.shape, 0, 1, 2)
        self.hidden_shape = graph.add("Concat", self.shape, graph.ints(self.config.hidden), axis=0)
        self.real = graph.add("Cast", "attention_mask", to=FLOAT)
        self.padding = graph.add("Sub", graph.float(1), self.real)
        self.full = graph.add("Equal", graph.add("ReduceMin", "attention_mask", keepdims=0), graph.int(1))
        self.rotation = {local: self.rotary_tables(local) for local in (False, True)}
        self.global_bias = graph.add("Mul", graph.reshape(self.padding, 0, 1, 1, -1), graph.float(MASKED))
        self.prepare_blocks()
        # Each real query counts 1 / heads.
        share = graph.add("Mul", self.real, graph.float(1 / self.config.heads))
        self.queries = graph.reshape(share, 0, 1, 1, -1)

    def rotary_tables(self, local):
        """cos and sin [POSITIONS, size / 2]; the runtime computes them once, when it loads the graph."""
        graph, config = self.graph, self.config
        theta = config.local_theta if local else config.global_theta
        exponent = np.arange(0, self.size, 2, dtype=np.float32) / np.float32(self.size)
        frequency = graph.constant((1.0 / np.float32(theta) ** exponent)[None].astype(np.float32), "frequency")
        position = graph.constant(np.arange(POSITIONS, dtype=np.float32)[:, None], "positions")
        angle = graph.add("Mul", position, frequency)
        return graph.add("Cos", angle), graph.add("Sin", angle)

    def prepare_blocks(self):
        """Rows of the queries [64, blocks] and keys [192, blocks] of each block of 64 positions, and their bias.

        A token has two rows, its query's and its key's, then one, its value's. Rows beyond the ends are held inside;
        the bias hides them.
        """
        graph, block = self.graph, self.block
        tokens = graph.add("Size", "input_ids")
        start = graph.add("Range", graph.int(0), tokens, graph.int(block))
        inside = graph.constant(np.arange(block)[:, None], "rows")
        around = graph.constant(np.arange(3 * block)[:, None] - block, "rows")
        last = graph.add("Sub", tokens, graph.int(1))
        clipped = graph.add("Max", graph.add("Min", graph.add("Add", around, start), last), graph.int(0))
        self.value_rows = clipped
        self.query_rows = graph.add("Mul", graph.add("Add", inside, start), graph.int(2))
        self.key_rows = graph.add("Add", graph.add("Mul", clipped, graph.int(2)), graph.int(1))
        # [batch, blocks of a text, 192]: 1 where there is nothing to be seen.
        hidden = graph.add("Pad", self.padding, graph.ints(0, block, 0, block), graph.float(1))
        count = graph.add("Squeeze", self.length)
        starts = graph.add("Range", graph.int(0), count, graph.int(block))
        columns = graph.add("Add", graph.add("Unsqueeze", starts, graph.ints(1)), graph.constant(np.arange(3 * block)))
        hidden = graph.reshape(graph.add("Gather", hidden, columns, axis=1), -1, 1, 1, 3 * block)
        distance = np.arange(block)[:, None] + block - np.arange(3 * block)[None]
        band = np.where(np.abs(distance) > block, MASKED, 0)[None, None].astype(np.float32)
        self.local_bias = graph.add("Add", graph.add("Mul", hidden, graph.float(MASKED)), graph.constant(band, "band"))

    # The encoder.

    def embedded(self):
        """The norm of the embeddings is part of the table."""
        table = self.weights["encoder.embeddings.tok_embeddings.weight"]
        weight = self.encoder("embeddings.norm")
        table, weight = (torch.from_numpy(values) for values in (table, weight))
        normed = F.layer_norm(table, weight.shape, weight, None, self.config.epsilon).numpy()
        return self.products.rows(self.graph, normed, "input_ids")

    def norm(self, value, name):
        weight = self.graph.constant(self.encoder(name), "norm")
        return self.graph.add("LayerNormalization", value, weight, axis=-1, epsilon=self.config.epsilon)

    def attention(self, layer, normed, masses):
        graph, config = self.graph, self.config
        weight = self.encoder(f"layers.{layer}.attn.Wqkv")
        pair, value = weight[: 2 * config.hidden].copy(), weight[2 * config.hidden :]
        pair[: config.hidden] *= self.size**-0.5
        activation = self.products.activation(graph, normed)
        local = not config.is_global(layer)
        turned = graph.add(
            "RotaryEmbedding",
            self.products.product(graph, activation, pair),
            graph.ints(0),
            *self.rotation[local],
            num_heads=2 * config.heads,
            runtime=True,
        )
        value = self.products.product(graph, activation, value)
        mixed = self.near(turned, value) if local else self.far(turned, value, masses)
        # Quantized before it is moved: a quarter of the bytes.
        mixed = self.products.activation(graph, mixed).moved(
            lambda data: graph.add("Reshape", graph.transpose(data, 0, 2, 1, 3), self.hidden_shape)
        )
        return self.products.product(graph, mixed, self.encoder(f"layers.{layer}.attn.Wo"))

    def near(self, turned, value):
        """Attention of each block of 64 to itself and its neighbours -> [blocks, heads, 64, size]."""
        graph, heads, size = self.graph, self.config.heads, self.size
        turned = graph.reshape(turned, -1, heads, size)
        query = graph.add("Gather", turned, self.query_rows)
        key = graph.add("Gather", turned, self.key_rows)
        value = graph.add("Gather", graph.reshape(value, -1, heads, size), self.value_rows)
        batched = {"transBatchB": 1, "runtime": True}
        logits = graph.add("FusedMatMul", query, key, transB=1, transBatchA=1, **batched)
        share = graph.add("Softmax", graph.add("Add", logits, self.local_bias), axis=-1)
        return graph.add("FusedMatMul", share, value, **batched)

    def far(self, turned, value, masses):
        """Attention of every position to every other -> [batch, heads, length, size]; adds to `masses`."""
        graph, heads, size = self.graph, self.config.heads, self.size
        turned = graph.transpose(graph.reshape(turned, 0, 0, 2, heads, size), 2, 0, 3, 1, 4)
        query, key = (graph.add("Gather", turned, graph.int(part)) for part in (0, 1))
        value = graph.transpose(graph.reshape(value, 0, 0, heads, size), 0, 2, 1, 3)

        def logits(inner):
            return inner.add("FusedMatMul", query, key, transB=1, runtime=True)

        # Adding the bias costs a third of the product: only where there is padding.
        seen = graph.branch(self.full, logits, lambda inner: inner.add("Add", logits(inner), self.global_bias))
        share = graph.add("Softmax", seen, axis=-1)
        masses.append(self.received(share))
        return graph.add("MatMul", share, value)

    def received(self, share):
        """Attention that each position receives from the real ones, mean over the heads -> [batch, length]."""

        def sums(inner):
            received = inner.add("MatMul", self.queries, share)
            return inner.add("ReduceSum", received, inner.ints(1, 2), keepdims=0)

        def nothing(inner):
            return inner.add("Mul", self.real, inner.float(0))

        return self.graph.branch(WITH_ATTENTION, sums, nothing)

    def feed_forward(self, layer, normed):
        """GeGLU. Two products are faster than one and a Split."""
        graph, products, middle = self.graph, self.products, self.config.intermediate
        weight = self.encoder(f"layers.{layer}.mlp.Wi")
        activation = products.activation(graph, normed)
        gated = graph.add("Gelu", products.product(graph, activation, weight[:middle]), runtime=True)
        gated = graph.add("Mul", gated, products.product(graph, activation, weight[middle:]))
        if layer >= self.first_exact_layer:
            products = FloatProducts()
        return products.product(graph, products.activation(graph, gated), self.encoder(f"layers.{layer}.mlp.Wo"))

    # The heads.

    def heads(self, hidden):
        graph, weights = self.graph, self.weights
        # softmax over (discard, keep) = sigmoid of their difference.
        keep = weights["token_head.weight"][1:] - weights["token_head.weight"][:1]
        keep_bias = weights["token_head.bias"][1:] - weights["token_head.bias"][:1]
        weight = np.concatenate([weights["vec.weight"], keep, weights["wq.weight"]])
        bias = np.concatenate([np.zeros(VECTOR_SIZE, np.float32), keep_bias, weights["wq.bias"]])
        joint = graph.add("MatMul", hidden, graph.constant(weight.T, "heads"))
        joint = graph.add("Add", joint, graph.constant(bias, "bias"))
        vector, keep, counts = graph.add("Split", joint, graph.ints(VECTOR_SIZE, 1, 1), axis=-1, outputs=3)
        probability = graph.add("Sigmoid", graph.add("Reshape", keep, self.shape))
        span = graph.add("Sigmoid", graph.add("Reshape", self.span(hidden), self.shape))
        half = graph.float(0.5)
        factor = graph.add("Add", graph.add("Mul", span, half), half)
        counts = graph.add("Softplus", graph.add("Reshape", counts, self.shape))
        return {
            "token_probs": probability,
            "span_scores": span,
            "final_scores": graph.add("Mul", probability, factor),
            "token_vectors": graph.add("LpNormalization", vector, axis=-1, p=2),
            "token_weights": graph.add("Mul", counts, self.real),
        }

    def span(self, hidden):
        """Logits of the span head [batch, length, 1]: its convolutions over 5 and 3 positions as products."""
        graph, weights = self.graph, self.weights
        first, bias = weights["span_conv.0.weight"], weights["span_conv.0.bias"]
        wide = self.products.activation(graph, hidden)
        wide = wide.moved(lambda data: graph.add("Concat", *self.shifted(data, wide.zero, 5), axis=-1))
        # [outputs, inputs, 5] -> [outputs, 5 * inputs]
        middle = self.products.product(graph, wide, first.transpose(0, 2, 1).reshape(len(first), -1), bias)
        middle = graph.add("Gelu", middle, runtime=True)
        second = graph.add("MatMul", middle, graph.constant(weights["span_conv.2.weight"][0], "weight"))
        parts = graph.add("Split", second, axis=-1, outputs=3)
        parts = [self.shifted(part, graph.float(0), 3)[number] for number, part in enumerate(parts)]
        return graph.add("Sum", *parts, graph.constant(weights["span_conv.2.bias"], "bias"))

    def shifted(self, data, zero, width):
        """data [batch, length, ...] moved by each of the offsets that a convolution of this width looks at."""
        graph, reach = self.graph, width // 2
        padded = graph.add("Pad", data, graph.ints(0, reach, 0, 0, reach, 0), zero)
        ends = [graph.add("Add", self.length, graph.ints(offset)) for offset in range(width)]
        return [graph.add("Slice", padded, graph.ints(offset), end, graph.ints(1)) for offset, end in enumerate(ends)]

    def mean(self, masses):
        return self.graph.add("Mul", self.graph.add("Sum", *masses), self.graph.float(1 / len(masses)))

    def scaled(self, mass):
        """Scaled to a maximum of 1 within the window."""
        most = self.graph.add("ReduceMax", mass, axes=[1])
        return self.graph.add("Div", mass, self.graph.add("Max", most, self.graph.float(1e-6)))
