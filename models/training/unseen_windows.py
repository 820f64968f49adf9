"""Finds the windows whose questions the encoder was not trained on.

    unseen_windows.py FEATURES OUT.json

FEATURES: prefix written by test/eval/features.ts for all training questions. A quarter of the windows was held back
when the encoder was trained; which ones is not recorded. They show: on a window it has seen, late interaction ranks
a line of evidence first for nearly every question, on others for about two in five, so that the shares of the windows
have two humps. A relevance network trained on the seen ones would trust the encoder too much.
"""

import json
import sys

import numpy as np

from evidence import read_features

HELD_BACK = 0.25


def main():
    features, out = sys.argv[1:3]
    names, questions = read_features(features)
    late, chance = names.index("late z/3"), names.index("sqrt of softmax of late")
    found = {}
    for question in questions:
        rows, label = question["features"], question["label"]
        first = label[np.argmax(rows[:, late])]
        probability = (rows[:, chance] ** 2)[label > 0].max()
        found.setdefault(question["id"], []).append((first, first + probability))
    order = sorted(found, key=lambda name: np.mean([value for _, value in found[name]]))
    unseen = sorted(order[: int(HELD_BACK * len(order))])
    for share in np.linspace(0, 0.9, 10):
        inside = [name for name in found if share <= np.mean([first for first, _ in found[name]]) < share + 0.1]
        print(f"{len(inside):4} windows with evidence first in {share:.0%} to {share + 0.1:.0%} of their questions")
    with open(out, "w") as file:
        json.dump(unseen, file)
    print(len(unseen), "windows, chosen as unseen")


if __name__ == "__main__":
    main()
