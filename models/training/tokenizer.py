"""Trains the byte-level BPE tokenizer, in the form of ModernBERT's tokenizer.json.

    tokenizer.py OUT.json TEXT[.xz] ... [--vocabulary 16384]

Text is put into Unicode's NFC; [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3 and [MASK] 4 come first, [Q] (before a question) and
two spare ones last. Runs of blanks up to 24 long are entries of their own, for code is full of them.
"""

import argparse

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from corpus import documents

FIRST = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LAST = ["[Q]", "[unused0]", "[unused1]"]


def build():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def train(tokenizer, texts, vocabulary):
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(LAST),
        min_frequency=2,
        special_tokens=FIRST,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in LAST])
    numbers = [("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=numbers
    )
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out")
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--vocabulary", type=int, default=16384)
    args = parser.parse_args()
    texts = (text for path in args.texts for text in documents(path))
    tokenizer = train(build(), texts, args.vocabulary)
    tokenizer.save(args.out)
    print(f"{args.out}: {tokenizer.get_vocab_size()} entries")


if __name__ == "__main__":
    main()
