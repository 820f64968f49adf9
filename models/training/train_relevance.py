"""Trains the two relevance networks.

    train_relevance.py WORDS WORDS_JOINED UNSEEN UNSEEN_JOINED OUT.json CROSS.json

All are prefixes written by test/eval/features.ts: WORDS (--words) all training questions, WORDS_JOINED some of them
inside of six windows; UNSEEN the questions on windows that the encoder was not trained on (unseen_windows.py), with
late interaction, UNSEEN_JOINED the same inside of six windows. OUT.json is what ships; CROSS.json holds for every
unseen question the relevance of each line by networks trained without its window, for train_policy.py.

words: lexical features. meaning: all features and, as the last input, the logit of the words network, which has more
questions to learn from than there are unseen ones.
"""

import json
import sys

import numpy as np
import torch

from evidence import SQUASH, Network, evidence_recall, folds, logits, read_features, train

HIDDEN = 32
# The logit of the words network as an input of the other.
WORDS_LOGIT, WORDS_SCALE = "logit by words/5", 0.2
# Share of the joined examples beside the plain ones.
JOINED = 3


def fit_words(examples, inputs, seed=0):
    torch.manual_seed(seed)
    return train(
        Network(inputs, HIDDEN, 0.1), [(q["features"][:, :inputs], q["label"]) for q in examples], 5, seed=seed
    )


def with_words(network, inputs, questions):
    for question in questions:
        question["words"] = logits(network, question["features"][:, :inputs])


def meaning_inputs(question):
    return np.concatenate([question["features"], WORDS_SCALE * question["words"][:, None]], 1)


def fit_meaning(questions, joined, seed=0):
    torch.manual_seed(seed)
    chosen = questions + joined[::JOINED]
    examples = [(meaning_inputs(q), q["label"]) for q in chosen]
    return train(Network(examples[0][0].shape[1], HIDDEN, 0.4), examples, 12, decay=0.3, seed=seed)


def relevance(question, logit):
    line = np.zeros(question["lines"])
    line[question["line"]] = 1 / (1 + np.exp((SQUASH["offset"] - logit) / SQUASH["scale"]))
    return [round(float(value), 5) for value in line]


def main():
    words_path, words_joined_path, unseen_path, joined_path, out, cross = sys.argv[1:7]
    names, every = read_features(words_path)
    _, every_joined = read_features(words_joined_path)
    _, unseen = read_features(unseen_path)
    _, joined = read_features(joined_path)
    inputs = names.index("late z/3")
    held = {question["id"] for question in unseen}

    # Words: measured on the unseen windows by a network trained on the others.
    outside = [q for q in every + every_joined if q["id"] not in held]
    first = fit_words(outside, inputs)
    with_words(first, inputs, unseen + joined)
    print("words", evidence_recall(unseen, [q["words"] for q in unseen]))

    results = [None] * len(unseen)
    for rest, fold in folds(unseen):
        windows = {unseen[i]["id"] for i in rest}
        network = fit_meaning([unseen[i] for i in rest], [q for q in joined if q["id"] in windows])
        for i in fold:
            results[i] = logits(network, meaning_inputs(unseen[i]))
    print("meaning, cross-validated", evidence_recall(unseen, results))
    with open(cross, "w") as file:
        json.dump(
            [
                {
                    "id": question["id"],
                    "evidence": question["evidence"],
                    "words": relevance(question, question["words"]),
                    "meaning": relevance(question, result),
                }
                for question, result in zip(unseen, results)
            ],
            file,
        )

    words = fit_words(every + every_joined, inputs)
    meaning = fit_meaning(unseen, joined)
    with open(out, "w") as file:
        json.dump(
            {
                "name": "relevance",
                "version": "0.1.0",
                "words": {"features": names[:inputs], "squash": SQUASH, **words.file()},
                "meaning": {"features": names + [WORDS_LOGIT], "squash": SQUASH, **meaning.file()},
            },
            file,
        )


if __name__ == "__main__":
    main()
