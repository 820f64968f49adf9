"""Reading feature files (test/eval/features.ts), the network, and evidence recall at a true budget."""

import json
import random

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)

# Relevance = sigmoid((logit - offset) / scale): wide, so that low scores keep their order.
SQUASH = {"offset": -4, "scale": 2}


def read_features(path):
    """The questions of a feature file, each with its rows as float32 [rows, features] and 0/1 labels."""
    with open(path + ".json") as file:
        head = json.load(file)
    names = head["features"]
    rows = np.fromfile(path + ".f32", np.float32).reshape(-1, len(names))
    lines = np.fromfile(path + ".i32", np.int32)
    tokens = names.index("log tokens/5")
    questions = []
    for question in head["questions"]:
        part = slice(question["row"], question["row"] + question["rows"])
        label = np.isin(lines[part], question["evidence"]).astype(np.float32)
        if label.sum() == 0:
            continue
        questions.append(
            {
                "id": question["id"],
                "question": question["question"],
                "features": rows[part],
                "label": label,
                "line": lines[part],
                "lines": question["lines"],
                "log_tokens": rows[part, tokens] * 5,
                "evidence": question["evidence"],
            }
        )
    return names, questions


class Network(nn.Sequential):
    """inputs -> hidden -> LayerNorm -> GELU -> hidden -> GELU -> 1; the indices of the modules name the weights."""

    def __init__(self, inputs, hidden=64, dropout=0.2):
        super().__init__(
            nn.Linear(inputs, hidden),
            nn.LayerNorm(hidden),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, hidden),
            nn.GELU(),
            nn.Linear(hidden, 1),
        )

    def file(self, digits=6):
        """The network as the extension reads it."""
        state = {name: value.detach() for name, value in self.state_dict().items()}
        return {
            "inputs": self[0].in_features,
            "shapes": {name: list(value.shape) for name, value in state.items()},
            "weights": {name: [round(v, digits) for v in value.flatten().tolist()] for name, value in state.items()},
        }


def ranking_loss(score, label):
    """Listwise softmax over the rows of a question plus 0.3 times binary cross-entropy."""
    listwise = -(torch.log_softmax(score, 0) * label).sum() / label.sum()
    return listwise + 0.3 * nn.functional.binary_cross_entropy_with_logits(score, label)


def descend(optimizer, loss, rate):
    """One step of the optimizer at this rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def train(network, examples, epochs, rate=2e-3, decay=0.05, batch=4, seed=0):
    """Listwise softmax over the lines of a question plus 0.3 times binary cross-entropy; AdamW, rate falling linearly.

    examples: pairs of (features [rows, inputs], label [rows]).
    """
    order = random.Random(seed)
    examples = [(torch.from_numpy(np.ascontiguousarray(x)), torch.from_numpy(y)) for x, y in examples]
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
    steps = epochs * (len(examples) // batch)
    step = 0
    network.train()
    for _ in range(epochs):
        order.shuffle(examples)
        for start in range(0, len(examples) - batch + 1, batch):
            chosen = examples[start : start + batch]
            scores = network(torch.cat([x for x, _ in chosen])).squeeze(1)
            loss = 0
            for (_, label), score in zip(chosen, scores.split([len(y) for _, y in chosen])):
                loss = loss + ranking_loss(score, label)
            descend(optimizer, loss / batch, rate * max(0.05, 1 - step / steps))
            step += 1
    network.eval()
    return network


def logits(network, features):
    with torch.no_grad():
        return network(torch.from_numpy(np.ascontiguousarray(features))).squeeze(1).numpy()


def keep_lines(question, score, ratio):
    """Numbers of the lines that stay: the first 2 and last 8, then by score - 0.5 ln(tokens) while they fit."""
    count = question["lines"]
    tokens = np.ones(count)
    tokens[question["line"]] = np.exp(question["log_tokens"].astype(float))
    budget = ratio * tokens.sum()
    kept = set(range(min(2, count))) | set(range(max(0, count - 8), count))
    used = sum(tokens[line] for line in kept)
    value = score - 0.5 * question["log_tokens"]
    for row in np.argsort(-value, kind="stable"):
        if used >= budget:
            break
        line = int(question["line"][row])
        if line in kept or used + tokens[line] > budget * 1.02:
            continue
        kept.add(line)
        used += tokens[line]
    return kept


def evidence_recall(questions, scores, ratios=(0.2, 0.35, 0.5)):
    """(mean share of the evidence lines kept, share of the questions with all of them kept) at each ratio."""
    result = []
    for ratio in ratios:
        shares = []
        for question, score in zip(questions, scores):
            kept = keep_lines(question, score, ratio)
            shares.append(np.mean([line in kept for line in question["evidence"]]))
        result.append((round(float(np.mean(shares)), 3), round(float(np.mean([s == 1 for s in shares])), 3)))
    return result


def folds(questions, count=5, seed=1):
    """Splits by window, so that no window is on both sides: for each fold (rest, fold), indices of questions."""
    ids = sorted({question["id"] for question in questions})
    random.Random(seed).shuffle(ids)
    fold_of = {name: i % count for i, name in enumerate(ids)}
    for fold in range(count):
        inside = [i for i, q in enumerate(questions) if fold_of[q["id"]] == fold]
        outside = [i for i, q in enumerate(questions) if fold_of[q["id"]] != fold]
        yield outside, inside
