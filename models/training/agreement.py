"""How far a model file's decisions are from another's, and both from the labels.

agreement.py --tokenizer tokenizer.json --labels labels/dev.jsonl --reference float.onnx model-int8.onnx ...
"""

import argparse
from pathlib import Path

import numpy as np

from export import run, session_of
from texts import Encoder, pad, read_jsonl


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--labels", required=True, help="JSON lines: text, keep (a 0 or 1 for each word)")
    parser.add_argument("--reference", required=True, help="the model file that the others are held against")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("models", nargs="*")
    return parser.parse_args()


def read_labels(encoder, path):
    """Passages whose words match: (ids, word of each token, keep flags)."""
    found = []
    for row in read_jsonl(path):
        encoded = encoder.words(row["text"])
        keep = np.array([int(flag) for flag in row["keep"]], bool)
        if encoded and len(keep) == len(row["text"].split()):
            found.append((encoded[0], np.array(encoded[1]), keep))
    return sorted(found, key=lambda passage: len(passage[0]))


def scores(path, passages):
    """Keep probabilities of all words one after the other, and the vectors of all tokens."""
    session = session_of(path)
    probabilities, vectors = [], []
    for ids, word, keep in passages:
        given = run(session, *pad([ids]), with_attention=False)
        of_token = given["token_probs"][0, : len(ids)]
        of_word = np.zeros(len(keep), np.float32)
        np.maximum.at(of_word, word[word >= 0], of_token[word >= 0])
        probabilities.append(of_word)
        vectors.append(given["token_vectors"][0, : len(ids)])
    return np.concatenate(probabilities), np.concatenate(vectors)


def f1(kept, labels):
    return 2 * (kept & labels).sum() / (kept.sum() + labels.sum())


def main():
    args = arguments()
    passages = read_labels(Encoder(args.tokenizer), args.labels)
    labels = np.concatenate([keep for _, _, keep in passages])
    reference, reference_vectors = scores(args.reference, passages)
    print(f"{len(passages)} passages, {len(labels)} words")
    print(
        "| file | MB | same decisions | mean cosine of vectors | keep F1 | word agreement |\n|---|---|---|---|---|---|"
    )
    for path in (args.reference, *args.models):
        probability, vectors = (reference, reference_vectors) if path == args.reference else scores(path, passages)
        kept = probability > args.threshold
        same = np.mean(kept == (reference > args.threshold))
        cosine = np.mean((vectors * reference_vectors).sum(-1))
        size = Path(path).stat().st_size / 1e6
        print(
            f"| {Path(path).name} | {size:.1f} | {100 * same:.2f} % | {cosine:.5f} "
            f"| {f1(kept, labels):.4f} | {np.mean(kept == labels):.4f} |"
        )


if __name__ == "__main__":
    main()
