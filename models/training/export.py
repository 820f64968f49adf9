"""The model as the extension loads it: model-int8.onnx, tokenizer.json, selfcheck.json and kompress.json.

    export.py --weights weights.pt --tokenizer tokenizer.json --texts labels/train.jsonl --out ../kompress-small \\
        --version 0.2.0

The texts show how large the activations get (smoothing.py); without them the 8-bit graph is less exact. Holds the float32 graph against PyTorch before anything is written, and says how far the 8-bit one is from it.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

import onnx_encoder
from kompress_model import VECTOR_SIZE, load
from modernbert import SIZES
from onnx_products import FloatProducts, Int8Products
from smoothing import smooth
from texts import CLS, MASK, MULTIPLE, PAD, SEP, WINDOW, Encoder, pad, read_jsonl

TOLERANCE = 1e-4
# Lengths and padding of the texts that the graphs are held against PyTorch with: (length, real tokens of each text).
SHAPES = ((64, (64,)), (128, (101, 128)), (512, (512,)), (512, (500, 512, 3)), (1024, (965,)))
QUESTION_TOKENS = 62
CALIBRATION_TEXTS = 40
SELFCHECK_LINES = (
    (
        "Do not delete the index: it took 42 minutes to build.",
        '\tif err != nil { return nil, fmt.Errorf("open %s: %w", path, err) }',
        "",
        "- **Note**: naïve café — ünïcode, 日本語, 👩\u200d👩\u200d👧 and  two  spaces",
    ),
    ("The parser fails on Windows because the path separator is a backslash.",),
)
SELFCHECK_QUESTION = "Why does the parser fail on Windows?"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", required=True)
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json")
    parser.add_argument("--out", required=True, type=Path, help="folder of the model")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--texts", help="JSON lines with a text each; some of them are read")
    parser.add_argument("--exact-layers", type=int, default=4, help="see onnx_encoder.build")
    parser.add_argument("--name", default="kompress-small")
    parser.add_argument("--version", required=True)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--borderline", type=float, default=0.4, help="kept from here on, with a span score above 0.5")
    parser.add_argument("--float", type=Path, help="also write the float32 graph to this file")
    return parser.parse_args()


def session_of(model, threads=2):
    """A session of the runtime on the CPU for an onnx.ModelProto or a path."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    source = model if isinstance(model, str) else model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def run(session, ids, mask, with_attention=True):
    """All outputs by name for int64 [batch, length]; the mask may be of any type."""
    feeds = {"input_ids": ids.numpy(), "attention_mask": mask.long().numpy()}
    if onnx_encoder.WITH_ATTENTION in {given.name for given in session.get_inputs()}:
        feeds[onnx_encoder.WITH_ATTENTION] = np.array(with_attention)
    return dict(zip(onnx_encoder.OUTPUTS, session.run(list(onnx_encoder.OUTPUTS), feeds), strict=True))


@torch.no_grad()
def reference(model, ids, mask):
    """The same outputs by PyTorch."""
    shares, hidden = attended(model, ids, mask)
    token, span = model.keep_logits(hidden)
    keep, span = token.softmax(-1)[..., 1], span.sigmoid()
    received = [(share * mask[:, None, :, None]).sum(2).mean(1) for share in shares]
    outputs = {
        "token_probs": keep,
        "span_scores": span,
        "final_scores": keep * (0.5 + 0.5 * span),
        "attention_mass": scaled(received[-1]),
        "layer_attention_mean": scaled(torch.stack(received).mean(0)),
        "token_vectors": model.vectors(hidden),
        "token_weights": model.weights(hidden) * mask,
    }
    return {name: value.numpy() for name, value in outputs.items()}


def attended(model, ids, mask):
    """Attention of the global layers [batch, heads, length, length], which PyTorch's fused form hides; hidden states."""
    shares = []

    def watch(attention, given):
        normed, table, bias, _ = given
        query, key, _ = attention.project(normed, table)
        shares.append((query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5 + bias).softmax(-1))

    watched = [layer.attn.register_forward_pre_hook(watch) for layer in model.encoder.layers if not layer.local]
    hidden = model.hidden(ids, mask)
    for hook in watched:
        hook.remove()
    return shares, hidden


def scaled(mass):
    return mass / mass.amax(1, keepdim=True).clamp(min=1e-6)


def differences(model, session):
    """Largest absolute difference of each output from PyTorch's, over SHAPES and random ids, real tokens alone."""
    random = np.random.default_rng(0)
    largest = dict.fromkeys(onnx_encoder.OUTPUTS, 0.0)
    for length, counts in SHAPES:
        ids = torch.from_numpy(random.integers(6, model.encoder.config.vocabulary, (len(counts), length)))
        mask = (torch.arange(length) < torch.tensor(counts)[:, None]).float()
        ids = ids * mask.long()
        given, wanted = run(session, ids, mask), reference(model, ids, mask)
        for name in largest:
            off = np.abs(given[name] - wanted[name])[mask.numpy() > 0]
            largest[name] = max(largest[name], float(off.max()))
    return largest


def check(model, float_graph, int8_graph):
    """Prints how far both graphs are from PyTorch. Raises SystemExit if the float32 one is off."""
    exact, rounded = (differences(model, session_of(graph)) for graph in (float_graph, int8_graph))
    print(f"largest difference from PyTorch, random ids, {len(SHAPES)} shapes")
    for name in exact:
        print(f"  {name:22} float32 {exact[name]:.1e}   int8 {rounded[name]:.1e}")
    worst = max(exact.values())
    if not worst <= TOLERANCE:
        raise SystemExit(f"The float32 graph is off by {worst:.1e}; at most {TOLERANCE:.0e} is rounding.")


def selfcheck(encoder, session, file_name):
    """Texts with their ids and the outputs of the file: what src/scoring/selfcheck.ts holds every load against."""
    cases = []
    for lines in SELFCHECK_LINES:
        ids, line_of_token = [CLS], [-1]
        for number, tokens in enumerate(encoder.lines(list(lines))):
            ids += [*tokens, encoder.newline]
            line_of_token += [number] * (len(tokens) + 1)
        ids, line_of_token = [*ids, SEP], [*line_of_token, -1]
        given = run(session, *pad([ids]))
        given["token_vectors"] = given["token_vectors"][..., 0]
        outputs = {name: [round(float(v), 5) for v in values[0][: len(ids)]] for name, values in given.items()}
        note = "token_vectors: first component of each"
        case = {"lines": list(lines), "ids": ids, "line_of_token": line_of_token, "outputs": {file_name: outputs}}
        cases.append({**case, "note": note})
    cases.append({"question": SELFCHECK_QUESTION, "ids": encoder.question(SELFCHECK_QUESTION, QUESTION_TOKENS)})
    return cases


def calibration(encoder, path):
    """Some texts, spread over the file, as batches of one."""
    texts = [row["text"] for row in read_jsonl(path)]
    texts = texts[:: max(1, len(texts) // CALIBRATION_TEXTS)]
    encoded = [encoder.words(text) for text in texts]
    return [pad([found[0][:WINDOW]]) for found in encoded if found]


def architecture(config):
    return (
        f"ModernBERT: {config.layers} layers of {config.hidden}, {config.heads} heads, GeGLU {config.intermediate}, "
        f"global attention every {'3rd' if config.global_every == 3 else f'{config.global_every}th'} layer, "
        f"local window {config.local_window}, RoPE {config.global_theta:.0f}/{config.local_theta:.0f}"
    )


def contract(args, model, encoder, files):
    """The content of kompress.json (src/scoring/model-folder.ts)."""
    return {
        "name": args.name,
        "version": args.version,
        "architecture": architecture(model.encoder.config),
        "vocabulary": model.encoder.config.vocabulary,
        "files": {file.name: described(file) for file in files},
        "inputs": ["input_ids", "attention_mask", onnx_encoder.WITH_ATTENTION],
        "outputs": list(onnx_encoder.OUTPUTS),
        "words": "layout",
        "specialTokens": {
            "pad": PAD,
            "cls": CLS,
            "sep": SEP,
            "mask": MASK,
            "question": encoder.question_mark,
            "newline": encoder.newline,
        },
        "window": WINDOW,
        "overlap": WINDOW // 4,
        "lengthMultiple": MULTIPLE,
        "maxLength": onnx_encoder.POSITIONS,
        "threshold": args.threshold,
        "borderline": {"above": args.borderline, "span": 0.5},
        "question": {
            "maxTokens": QUESTION_TOKENS,
            "vectorSize": VECTOR_SIZE,
            "scale": round(model.scale().item(), 4),
        },
        "model": files[0].name,
        "tokenizer": files[1].name,
        "selfcheck": files[2].name,
    }


def described(file):
    content = file.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def write_json(file, value, indent=None):
    file.write_text(json.dumps(value, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")


def main():
    args = arguments()
    model = load(args.weights, SIZES[args.size])
    encoder = Encoder(args.tokenizer)
    float_graph = onnx_encoder.build(model, FloatProducts())
    smoothed = load(args.weights, SIZES[args.size])
    if args.texts:
        smooth(smoothed, calibration(encoder, args.texts))
    int8_graph = onnx_encoder.build(smoothed, Int8Products(), args.exact_layers)
    check(model, float_graph, int8_graph)
    args.out.mkdir(parents=True, exist_ok=True)
    files = [args.out / name for name in ("model-int8.onnx", "tokenizer.json", "selfcheck.json")]
    onnx.save(int8_graph, files[0])
    if args.float:
        onnx.save(float_graph, args.float)
    if not files[1].exists() or not files[1].samefile(args.tokenizer):
        shutil.copyfile(args.tokenizer, files[1])
    write_json(files[2], selfcheck(encoder, session_of(str(files[0])), files[0].name))
    write_json(args.out / "kompress.json", contract(args, model, encoder, files), indent=2)
    for file in files:
        print(f"{file}  {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
