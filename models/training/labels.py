"""Highlighted passages to labels, and the check of label files.

    labels.py align PASSAGES.jsonl HIGHLIGHTS.jsonl OUT.jsonl   aligns highlighted texts to their originals
    labels.py check LABELS.jsonl ...                            says what is wrong with a label file

PASSAGES: {id, text}; HIGHLIGHTS: {id, text}, the same ids, text with only the words that a reader kept (see
LABELLING.md). OUT and LABELS: {id, text, keep}, `keep` one character, 0 or 1, for each word of text.split().
"""

import json
import re
import sys

from texts import read_jsonl

MOST_UNMATCHED = 0.05  # share of the highlighted words; more means that the reader rephrased
EDGES = re.compile(r"^\W+|\W+$")


def plain(word):
    """A word as it is compared: no punctuation at its edges, lower case."""
    return EDGES.sub("", word).lower() or word


def align(text, highlighted):
    """Longest common subsequence of the words.

    -> (flags of the words of `text`, 0 or 1; share of the highlighted words that are not in the text in that order).
    Of equally long ones the one whose words match to the letter is taken, then the earlier.
    """
    words, kept = text.split(), highlighted.split()
    a, b = [plain(word) for word in words], [plain(word) for word in kept]
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        row, below = longest[i], longest[i + 1]
        for j in range(len(b) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if a[i] == b[j] else max(below[j], row[j + 1])
    flags = [0] * len(a)
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            later = words[i] != kept[j] and longest[i + 1][j] == longest[i][j]
            if not later:
                flags[i] = 1
                j += 1
            i += 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return flags, 1 - sum(flags) / max(1, len(b))


def faults(item):
    """What is wrong with one label, in words; nothing if it can be trained on."""
    text, keep = item.get("text"), item.get("keep")
    if not isinstance(text, str) or not isinstance(keep, str):
        return ["text or keep is missing"]
    found = []
    if set(keep) - {"0", "1"}:
        found.append("keep has other characters than 0 and 1")
    if len(keep) != len(text.split()):
        found.append(f"{len(keep)} flags for {len(text.split())} words")
    elif "1" not in keep:
        found.append("nothing is kept")
    return found


def align_files(passages, highlights, out):
    texts = {item["id"]: item for item in read_jsonl(passages)}
    written = left_out = 0
    with open(out, "w", encoding="utf-8") as file:
        for item in read_jsonl(highlights):
            passage = texts.get(item["id"])
            flags, unmatched = align(passage["text"], item["text"]) if passage else ([], 1)
            if unmatched > MOST_UNMATCHED or not any(flags):
                print(
                    f"{item['id']}: left out, {unmatched:.0%} of the highlighted words are not in the passage in order"
                )
                left_out += 1
                continue
            label = {**passage, "keep": "".join(map(str, flags))}
            file.write(json.dumps(label, ensure_ascii=False) + "\n")
            written += 1
    print(f"{written} labels written, {left_out} left out")
    return left_out == 0


def check_files(paths):
    wrong = 0
    for path in paths:
        words = kept = count = 0
        for number, item in enumerate(read_jsonl(path), 1):
            for fault in faults(item):
                print(f"{path}, line {number}: {fault}")
                wrong += 1
            count += 1
            words += len(item.get("keep", ""))
            kept += item.get("keep", "").count("1")
        print(f"{path}: {count} passages, {words} words, {kept / max(1, words):.1%} kept")
    return wrong == 0


def main():
    command, *paths = sys.argv[1:] or [""]
    if command == "align" and len(paths) == 3:
        good = align_files(*paths)
    elif command == "check" and paths:
        good = check_files(paths)
    else:
        sys.exit(__doc__)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
