"""A teacher's soft labels on passages that nobody has read.

    distill.py --weights teacher.pt [more.pt ...] --size teacher --tokenizer tokenizer.json --out soft.jsonl
               (--passages passages.jsonl | --text corpus.txt.xz) [--count 20000]

Writes {text, soft}: for each word of text.split() the mean keep probability of the teachers, as finetune.py --labels
takes it. Several teachers are averaged: models of one size that were trained with other seeds teach too. Goes on after
the passages that OUT already holds.
"""

import argparse
import json
import os
import random

import torch

import kompress_model
import scoring
from corpus import documents
from modernbert import SIZES
from texts import Encoder, read_jsonl

FEWEST, MOST = 60, 240  # words of a passage


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", nargs="+", required=True)
    parser.add_argument("--size", choices=SIZES, default="teacher")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--passages", help="{text} a line")
    parser.add_argument("--text", nargs="*", default=[], help="documents, cut into passages at line breaks")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--out", required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def cut(document, chance):
    """A run of whole lines with FEWEST to MOST words from a place by chance; None if there is none."""
    lines = document.split("\n")
    found, count = [], 0
    for line in lines[chance.randrange(len(lines)) :]:
        words = len(line.split())
        if count + words > MOST:
            break
        found.append(line)
        count += words
    return "\n".join(found).strip("\n") if count >= FEWEST else None


def passages(args):
    if args.passages:
        return [item["text"] for item in read_jsonl(args.passages)][: args.count]
    chance = random.Random(args.seed)
    texts = [text for path in args.text for text in documents(path)]
    found = set()
    for _ in range(args.count * 20):
        passage = cut(chance.choice(texts), chance)
        if passage:
            found.add(passage)
        if len(found) >= args.count:
            break
    return sorted(found)


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    encoder = Encoder(args.tokenizer)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    teachers = [kompress_model.load(path, SIZES[args.size]).to(device) for path in args.weights]
    texts = passages(args)
    done = len(read_jsonl(args.out)) if os.path.exists(args.out) else 0
    with open(args.out, "a", encoding="utf-8") as file:
        for first in range(done, len(texts), 256):
            part = texts[first : first + 256]
            scores = [scoring.word_scores(teacher, encoder, part) for teacher in teachers]
            for text, *each in zip(part, *scores):
                soft = [] if each[0] is None else [round(sum(s) / len(s), 4) for s in zip(*each)]
                file.write(json.dumps({"text": text, "soft": soft}, ensure_ascii=False) + "\n")
            file.flush()
            print(f"{min(first + 256, len(texts))} of {len(texts)} passages", flush=True)


if __name__ == "__main__":
    main()
