"""Logits of the shipped networks in PyTorch, for the repository's parity test.

    parity.py FEATURES UNITS ../eviction-policy OUT.json

FEATURES, UNITS: prefixes written by test/eval/features.js and unit-features.js. Some of their rows go into OUT.json with
the logits that PyTorch gives; the extension's own networks must give the same (test/unit/policy/parity.test.ts).
"""

import json
import os
import sys

import numpy as np
import torch

from evidence import Network, logits, read_features
from train_policy import read_units

ROWS = 24


def network(description):
    shape = description["shapes"]["0.weight"]
    found = Network(shape[1], shape[0], dropout=0)
    state = {
        name: torch.tensor(values).reshape(description["shapes"][name])
        for name, values in description["weights"].items()
    }
    found.load_state_dict(state)
    return found.eval()


def sample(rows, model):
    chosen = rows[np.linspace(0, len(rows) - 1, ROWS).astype(int)]
    return {
        "rows": [[round(float(value), 5) for value in row] for row in chosen],
        "logits": [round(float(value), 5) for value in logits(model, np.round(chosen, 5).astype(np.float32))],
    }


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    features, units, folder, out = sys.argv[1:]
    with open(os.path.join(folder, "relevance.json")) as file:
        relevance = json.load(file)
    with open(os.path.join(folder, "policy.json")) as file:
        policy = json.load(file)
    _, questions = read_features(features)
    rows = np.concatenate([question["features"] for question in questions])
    words = network(relevance["words"])
    inputs = words[0].in_features
    with_words = np.concatenate([rows, 0.2 * logits(words, rows[:, :inputs])[:, None]], 1)
    unit_rows = np.concatenate([window["features"] for window in read_units(units).values()])
    with open(out, "w") as file:
        json.dump(
            {
                "words": sample(rows[:, :inputs], words),
                "meaning": sample(with_words, network(relevance["meaning"])),
                "policy": sample(unit_rows, network(policy)),
            },
            file,
        )


if __name__ == "__main__":
    main()
