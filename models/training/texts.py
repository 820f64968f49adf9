"""Texts as the model sees them: every line whole, one newline token after it, and to each token its word or line.

The extension (src/scoring) makes the same tokens; selfcheck.json of a model holds the two together.
"""

import json
import re

import torch
from tokenizers import Tokenizer

PAD, CLS, SEP, MASK = 0, 2, 3, 4
WINDOW = 512
MULTIPLE = 64


class Encoder:
    def __init__(self, path):
        self.tokenizer = Tokenizer.from_file(path)
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.newline = self.tokenizer.encode("\n", add_special_tokens=False).ids[0]
        # The first tokenizer of this model has no entry of that name; the first of its spare ones stands for it.
        ids = [self.tokenizer.token_to_id(name) for name in ("[Q]", "[unused16381]")]
        self.question_mark = next((i for i in ids if i is not None), None)

    def lines(self, lines):
        """Token ids of each line."""
        return [e.ids for e in self.tokenizer.encode_batch(lines, add_special_tokens=False)]

    def words(self, text):
        """ids and, beside each, the index of its word in `text.split()` (-1: none); None if the words don't match."""
        ids, owner, count = [CLS], [-1], 0
        for line in text.split("\n"):
            spans = [match.span() for match in re.finditer(r"\S+", line)]
            encoding = self.tokenizer.encode(line, add_special_tokens=False)
            word = 0
            for token, (start, end) in zip(encoding.ids, encoding.offsets):
                while word < len(spans) and end - 1 >= spans[word][1]:
                    word += 1
                inside = word < len(spans) and end > spans[word][0]
                ids.append(token)
                owner.append(count + word if inside else -1)
            count += len(spans)
            ids.append(self.newline)
            owner.append(-1)
        if count != len(text.split()):
            return None
        ids[-1] = SEP
        return ids, owner

    def question(self, text, limit=62):
        return [CLS, self.question_mark] + self.tokenizer.encode(text, add_special_tokens=False).ids[:limit] + [SEP]

    def windows(self, lines, limit=400, window=WINDOW):
        """Lines -> sequences of at most `window` tokens, with the line of every token (-1: none)."""
        found, ids, owner = [], [CLS], [-1]
        for index, tokens in enumerate(self.lines(lines)):
            tokens = tokens[:limit]
            if len(ids) + len(tokens) + 2 > window:
                found.append((ids + [SEP], owner + [-1]))
                ids, owner = [CLS], [-1]
            ids = ids + tokens + [self.newline]
            owner = owner + [index] * (len(tokens) + 1)
        if len(ids) > 1:
            found.append((ids + [SEP], owner + [-1]))
        return found


def pad(sequences, multiple=MULTIPLE):
    """Lists of ids -> ids and mask, int64 and float32 [batch, length]."""
    length = -(-max(map(len, sequences)) // multiple) * multiple
    ids = torch.zeros(len(sequences), length, dtype=torch.long)
    mask = torch.zeros(len(sequences), length)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = torch.tensor(sequence)
        mask[row, : len(sequence)] = 1
    return ids, mask


def read_jsonl(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]
