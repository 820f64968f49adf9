"""Figures of fine-tuned weights in PyTorch, to choose between them; what ships is measured by `npm run eval`.

    evaluate.py --weights W.pt --tokenizer tokenizer.json --labels dev.jsonl [--windows windows.jsonl --questions dev.jsonl]
                [--out figures]

Keep head at several thresholds, with the span head's borderline rule, by kind of text; evidence by late interaction
alone. Writes OUT.json and OUT.md, or prints the Markdown.
"""

import argparse
import json
import os

import numpy as np
import torch

import evidence
import kompress_model
import scoring
from modernbert import SIZES
from texts import Encoder, pad, read_jsonl

THRESHOLDS = (0.4, 0.45, 0.5, 0.55)
RATIOS = (0.2, 0.35, 0.5)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", required=True)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--labels", required=True)
    parser.add_argument("--windows")
    parser.add_argument("--questions")
    parser.add_argument("--out")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


@torch.no_grad()
def late_scores(model, encoder, windows, questions):
    """Questions -> what evidence.evidence_recall takes, with the score of each line by late interaction alone."""
    device = next(model.parameters()).device
    lines = {item["id"]: item["lines"] for item in windows}
    found, scores = [], []
    for name in sorted({item["id"] for item in questions}):
        parts = encoder.windows([line.rstrip()[:600] for line in lines[name]])
        ids, mask = pad([ids for ids, _ in parts])
        owner = torch.full(ids.shape, -1)
        for row, (_, owners) in enumerate(parts):
            owner[row, : len(owners)] = torch.tensor(owners)
        vectors = model.vectors(model.hidden(ids.to(device), mask.to(device))).float().reshape(ids.numel(), -1)
        flat = owner.reshape(-1)
        count = len(lines[name])
        tokens = torch.bincount(flat[flat >= 0], minlength=count).clamp(min=1).numpy()
        mine = [item for item in questions if item["id"] == name]
        asked = pad([encoder.question(item["question"]) for item in mine])
        real = flat >= 0
        score = scoring.line_scores(
            model, asked[0].to(device), asked[1].to(device), vectors[real.to(device)], flat[real], count
        )
        for item, row in zip(mine, score.cpu().numpy()):
            found.append(
                {
                    "evidence": [number - 1 for number in item["lines"]],
                    "lines": count,
                    "line": np.arange(count),
                    "log_tokens": np.log(tokens),
                }
            )
            scores.append(row)
    return found, scores


def figures(args):
    encoder = Encoder(args.tokenizer)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = kompress_model.load(args.weights, SIZES[args.size]).to(device)
    items = read_jsonl(args.labels)
    kinds = sorted({item.get("kind", "") for item in items})
    result = {
        "keep": {str(t): scoring.keep_figures(model, encoder, items, t) for t in THRESHOLDS},
        "borderline": scoring.keep_figures(model, encoder, items, 0.5, borderline=(0.3, 0.5)),
        "kinds": {
            kind: scoring.keep_figures(model, encoder, [item for item in items if item.get("kind", "") == kind])
            for kind in kinds
        },
    }
    if args.questions:
        found, scores = late_scores(model, encoder, read_jsonl(args.windows), read_jsonl(args.questions))
        recalls = evidence.evidence_recall(found, scores, RATIOS)
        result["lateInteraction"] = {
            f"{ratio:.2f}": {"recall": recall, "all": complete} for ratio, (recall, complete) in zip(RATIOS, recalls)
        }
    return result


def markdown(result):
    rows = [(f"threshold {t}", row) for t, row in result["keep"].items()]
    rows.append(("0.5, or above 0.3 with a span score above 0.5", result["borderline"]))
    rows += [(kind or "no kind", row) for kind, row in result["kinds"].items()]
    lines = ["| | keep F1 | agreement | must-keep recall | keep rate |", "|---|---|---|---|---|"]
    lines += [f"| {n} | {r['f1']} | {r['agreement']} | {r['mustKeepRecall']} | {r['keepRate']} |" for n, r in rows]
    if "lateInteraction" in result:
        lines += ["", "| share of the tokens | evidence recall | all evidence |", "|---|---|---|"]
        lines += [f"| {ratio} | {r['recall']} | {r['all']} |" for ratio, r in result["lateInteraction"].items()]
    return "\n".join(lines) + "\n"


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    result = figures(args)
    if args.out:
        with open(args.out + ".json", "w") as file:
            json.dump(result, file, indent=2)
        with open(args.out + ".md", "w") as file:
            file.write(markdown(result))
    print(markdown(result))


if __name__ == "__main__":
    main()
