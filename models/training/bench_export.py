"""Times on this machine: kinds of 8-bit products, or model files beside each other.

    bench_export.py products
    bench_export.py files model-int8.onnx float.onnx ...

Run it alone on the machine. Against BERT base: npm run eval -- --data DATA.
"""

import argparse
import json
import os
import tempfile
import time

import numpy as np
import onnxruntime

import onnx_encoder
from onnx_graph import FLOAT, Graph

ROWS, THREADS, WINDOW = 512, 2, 512
SHAPES = ((256, 768), (256, 256), (384, 256))  # inputs, outputs
COPIES, ROUNDS, WARM_UP = 8, 20, 3


def options():
    """Those of the extension (src/engine/runtime.ts)."""
    found = onnxruntime.SessionOptions()
    found.intra_op_num_threads = THREADS
    found.inter_op_num_threads = 1
    found.enable_mem_pattern = False
    found.add_session_config_entry("session.intra_op.spin_duration_us", "50")
    found.log_severity_level = 3
    return found


def float_product(graph, value, inputs, outputs):
    return graph.add("MatMul", value, graph.constant(np.ones((inputs, outputs), np.float32), "weight"))


def integer_product(kind):
    def product(graph, value, inputs, outputs):
        data, scale, zero = graph.shared
        weight, weight_scale, weight_zero = integer_weight(graph, kind, inputs, outputs)
        return graph.add("MatMulIntegerToFloat", data, weight, scale, weight_scale, zero, weight_zero, runtime=True)

    return product


def dynamic_product(graph, value, inputs, outputs):
    return graph.add("DynamicQuantizeMatMul", value, *integer_weight(graph, np.int8, inputs, outputs), runtime=True)


def integer_weight(graph, kind, inputs, outputs):
    weight = np.random.default_rng(0).integers(0, 63, (inputs, outputs)).astype(kind)
    scale = np.full(outputs, 0.01, np.float32)
    zero = np.full(outputs, 0 if kind is np.int8 else 128, kind)
    return [graph.constant(values, "weight") for values in (weight, scale, zero)]


def block_product(accuracy):
    def product(graph, value, inputs, outputs):
        block = 128
        weight = np.full((outputs, inputs // block, block), 130, np.uint8)
        scale = np.full(outputs * (inputs // block), 0.01, np.float32)
        sizes = {"K": inputs, "N": outputs, "bits": 8, "block_size": block, "accuracy_level": accuracy}
        return graph.add(
            "MatMulNBits", value, graph.constant(weight, "w"), graph.constant(scale, "s"), runtime=True, **sizes
        )

    return product


KINDS = {
    "float32 (MatMul)": float_product,
    "signed 7 bit (MatMulIntegerToFloat)": integer_product(np.int8),
    "unsigned 8 bit (MatMulIntegerToFloat)": integer_product(np.uint8),
    "signed 7 bit (DynamicQuantizeMatMul)": dynamic_product,
    "weights alone 8 bit (MatMulNBits)": block_product(0),
    "weights 8 bit by blocks (MatMulNBits, accuracy 4)": block_product(4),
}


def time_product(product, inputs, outputs):
    """Median microseconds of one product of [512, inputs] with [inputs, outputs]."""
    graph = Graph()
    graph.shared = graph.add("DynamicQuantizeLinear", "x", outputs=3)
    results = [product(graph, "x", inputs, outputs) for _ in range(COPIES)]
    names = {f"y{number}": (FLOAT, [1, ROWS, outputs]) for number in range(COPIES)}
    for name, result in zip(names, results, strict=True):
        graph.name_output(result, name)
    # Copies with one weight would be one node to the optimizer.
    chosen = options()
    chosen.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    chosen.enable_profiling = True
    with tempfile.TemporaryDirectory() as folder:
        chosen.profile_file_prefix = os.path.join(folder, "profile")
        model = graph.model({"x": (FLOAT, [1, ROWS, inputs])}, names)
        session = onnxruntime.InferenceSession(model.SerializeToString(), chosen, providers=["CPUExecutionProvider"])
        value = np.random.default_rng(0).standard_normal((1, ROWS, inputs)).astype(np.float32)
        for _ in range(ROUNDS):
            session.run(None, {"x": value})
        with open(session.end_profiling()) as file:
            events = json.load(file)
    wanted = {node.name for node in graph.nodes if node.output[0] in results}
    times = [event["dur"] for event in events if event["name"].removesuffix("_kernel_time") in wanted]
    return float(np.median(times[WARM_UP * COPIES :]))


def bench_products():
    print("| microseconds, 512 tokens | " + " | ".join(f"{i} → {o}" for i, o in SHAPES) + " |")
    print("|---|" + "---|" * len(SHAPES))
    for name, product in KINDS.items():
        print(f"| {name} | " + " | ".join(f"{time_product(product, *shape):.0f}" for shape in SHAPES) + " |")


def feeds(session, with_attention):
    ids = np.random.default_rng(0).integers(6, 8000, (1, WINDOW))
    found = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    if onnx_encoder.WITH_ATTENTION in {given.name for given in session.get_inputs()}:
        found[onnx_encoder.WITH_ATTENTION] = np.array(with_attention)
    return found


def bench_files(paths):
    """In turn in one run, so that all see the same machine."""
    cases = []
    for path in paths:
        session = onnxruntime.InferenceSession(path, options(), providers=["CPUExecutionProvider"])
        for with_attention in (True, False):
            cases.append((path, with_attention, session, feeds(session, with_attention), []))
    for _ in range(ROUNDS):
        for _, _, session, given, times in cases:
            for _ in range(WARM_UP):
                started = time.perf_counter()
                session.run(None, given)
                times.append(time.perf_counter() - started)
    print("| file | attention | tokens a second, median | best |\n|---|---|---|---|")
    for path, with_attention, _, _, times in cases:
        median, best = (WINDOW / seconds for seconds in (np.median(times), min(times)))
        print(f"| {path} | {'yes' if with_attention else 'no'} | {median:,.0f} | {best:,.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("products", "files"))
    parser.add_argument("paths", nargs="*")
    args = parser.parse_args()
    if args.what == "products":
        bench_products()
    else:
        bench_files(args.paths)


if __name__ == "__main__":
    main()
