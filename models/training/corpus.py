"""Text files to one file of token ids.

    corpus.py TOKENIZER.json OUT.bin TEXT[.xz] ...

Documents are separated by a line with U+001E alone. Ids are written as uint16, every document closed by [SEP].
"""

import lzma
import sys
import time

import numpy as np
from tokenizers import Tokenizer

SEPARATOR = "\n\x1e\n"


def documents(path):
    opener = lzma.open if path.endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        return file.read().split(SEPARATOR)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    tokenizer_path, out, *paths = sys.argv[1:]
    tokenizer = Tokenizer.from_file(tokenizer_path)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    end = tokenizer.token_to_id("[SEP]")
    total, start = 0, time.time()
    with open(out, "wb") as file:
        for path in paths:
            texts = documents(path)
            for first in range(0, len(texts), 1000):
                for encoding in tokenizer.encode_batch_fast(texts[first : first + 1000], add_special_tokens=False):
                    np.array(encoding.ids + [end], np.uint16).tofile(file)
                    total += len(encoding.ids) + 1
            print(f"{path}: {len(texts)} documents, {total} tokens so far, {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
