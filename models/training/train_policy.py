"""Trains the learned policy, 9 -> 64 -> LayerNorm -> GELU -> 64 -> GELU -> 1, on units with cross-fitted relevance.

    train_policy.py UNITS RELEVANCE.json OUT.json

UNITS: prefix written by test/eval/unit-features.ts. RELEVANCE.json: written by train_relevance.py, for every question
the relevance of each line by networks that were trained without it.
"""

import json
import random
import sys

import numpy as np
import torch

from evidence import SQUASH, Network, descend, logits, ranking_loss

RELEVANCE = 3
# Share of the examples that are shown without a question, so that the policy can rank without one.
UNASKED = 0.3
# Weight of the squared difference to the relevance network's logit.
NEAR = 1.0


def read_units(path):
    with open(path + ".json") as file:
        windows = json.load(file)["windows"]
    rows = np.fromfile(path + ".f32", np.float32).reshape(-1, 9)
    return {w["id"]: {**w, "features": rows[w["row"] : w["row"] + len(w["line"])]} for w in windows}


def example(window, evidence, relevance):
    """Features with the relevance of each unit's best line, and whether the unit holds evidence."""
    features = window["features"].copy()
    wanted = set(evidence)
    label = np.zeros(len(features), np.float32)
    for unit, (first, end) in enumerate(zip(window["line"], window["endLine"])):
        features[unit, RELEVANCE] = max(relevance[first:end])
        label[unit] = any(line in wanted for line in range(first, end))
    return features, label


def logit_of(relevance):
    """The relevance network's logit (evidence.py says how it is squashed)."""
    odds = relevance.clamp(1e-6, 1 - 1e-6)
    return SQUASH["offset"] + SQUASH["scale"] * torch.log(odds / (1 - odds))


def fit(examples, epochs=24, rate=2e-3, seed=0):
    """The ranking loss over the units of a question, as for the relevance network.

    Where there is a question the logit is also held near the relevance network's (mean squared difference): what the
    other features say may move a unit, but must not undo the order that many more questions have taught.
    """
    torch.manual_seed(seed)
    network = Network(9, 64, dropout=0)
    order = random.Random(seed)
    examples = [(torch.from_numpy(x), torch.from_numpy(y)) for _, _, x, y in examples]
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05)
    steps, step, batch = epochs * (len(examples) // 4), 0, 4
    network.train()
    for _ in range(epochs):
        order.shuffle(examples)
        for start in range(0, len(examples) - batch + 1, batch):
            loss = 0
            for features, label in examples[start : start + batch]:
                asked = order.random() >= UNASKED
                if not asked:
                    features = features.clone()
                    features[:, RELEVANCE] = 0
                score = network(features).squeeze(1)
                loss = loss + ranking_loss(score, label)
                if asked:
                    loss = loss + NEAR * (score - logit_of(features[:, RELEVANCE])).square().mean()
            descend(optimizer, loss / batch, rate * max(0.05, 1 - step / steps))
            step += 1
    network.eval()
    return network


def recall(window, evidence, score, ratio):
    """Share of the evidence lines whose units all stay: first 2 and last 8 lines, then score - 0.5 ln(tokens)."""
    tokens = np.maximum(1, np.array(window["tokens"], float))
    line, end = np.array(window["line"]), np.array(window["endLine"])
    kept = (line < 2) | (end > window["lines"] - 8)
    used, budget = tokens[kept].sum(), ratio * tokens.sum()
    for unit in np.argsort(-(score - 0.5 * np.log(tokens)), kind="stable"):
        if not kept[unit] and used + tokens[unit] <= budget:
            kept[unit] = True
            used += tokens[unit]
    return np.mean([kept[(line <= number) & (end > number)].all() for number in evidence])


def main():
    units_path, relevance_path, out = sys.argv[1:4]
    windows = read_units(units_path)
    with open(relevance_path) as file:
        questions = [q for q in json.load(file) if q["id"] in windows]
    examples = [(q["id"], q["evidence"], *example(windows[q["id"]], q["evidence"], q["meaning"])) for q in questions]
    examples = [e for e in examples if e[3].sum() > 0]
    ids = sorted({e[0] for e in examples})
    random.Random(1).shuffle(ids)

    results = {}
    for fold in range(4):
        held = set(ids[fold::4])
        network = fit([e for e in examples if e[0] not in held])
        for name, evidence, features, _ in examples:
            if name not in held:
                continue
            unasked = features.copy()
            unasked[:, RELEVANCE] = 0
            scores = {
                "learned": logits(network, features),
                "relevance alone": 2 * np.log(features[:, RELEVANCE] / (1 - features[:, RELEVANCE])),
                "learned without a question": logits(network, unasked),
            }
            for method, score in scores.items():
                for ratio in (0.2, 0.35, 0.5):
                    results.setdefault((method, ratio), []).append(recall(windows[name], evidence, score, ratio))
    for (method, ratio), values in results.items():
        print(f"{method} {ratio}: recall {np.mean(values):.3f}, all {np.mean(np.array(values) == 1):.3f}")

    network = fit(examples)
    with open(out, "w") as file:
        json.dump({"name": "eviction-policy", **network.file()}, file)


if __name__ == "__main__":
    main()
