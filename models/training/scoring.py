"""Scores of words and lines in PyTorch, and the figures of the keep head. The extension's own figures: npm run eval."""

import re

import torch

from texts import CLS, SEP, pad

# The published must-keep families (Kompress): kept whatever the score; src/compress/protection holds the shipped rules.
MUST_KEEP = re.compile(
    r"0[xX][0-9a-fA-F]+|(?<![A-Za-z])\d+(?:[.,]\d+)*(?![A-Za-z])|[A-Z_]{2,}|[A-Za-z_]\w*\.[A-Za-z_]\w*|(?:~|\.{0,2})/[\w.-]+"
    r"|\.\w{1,5}\b|(?:^|\s)--?[A-Za-z][\w-]*|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*"
)
MOST_TOKENS_OF_A_LINE = 48


def must_keep(word):
    return MUST_KEEP.search(word) is not None


def line_index(owner, lines):
    """Line of every token [tokens] -> token positions [lines, most], padded with the number of tokens."""
    tokens = [[] for _ in range(lines)]
    for token, line in enumerate(owner.tolist()):
        if len(tokens[line]) < MOST_TOKENS_OF_A_LINE:
            tokens[line].append(token)
    most = max(1, max(map(len, tokens)))
    return torch.tensor([found + [len(owner)] * (most - len(found)) for found in tokens])


def line_scores(model, ids, mask, vectors, owner, lines):
    """Late interaction (after ColBERT): scale * sum of w_q * best product in the line / sum of w_q.

    ids, mask [questions, length]; vectors [tokens, size] of the text with their lines `owner` -> [questions, lines].
    """
    hidden = model.hidden(ids, mask)
    asked = model.vectors(hidden).float()
    counts = (mask > 0) & (ids != CLS) & (ids != SEP)
    counts[:, 1] = False  # [Q]
    weight = model.weights(hidden).float() * counts
    weight = weight / weight.sum(1, keepdim=True).clamp(min=1e-6)
    row, column = counts.nonzero(as_tuple=True)
    product = vectors @ asked[row, column].T
    product = torch.cat([product, product.new_full((1, product.shape[1]), -1.0)])
    # index_select on the token axis: scatter or two-dimensional indexing make the backward pass far slower.
    index = line_index(owner, lines).to(vectors.device)
    best = product.index_select(0, index.reshape(-1)).view(lines, -1, product.shape[1]).amax(1)
    score = product.new_zeros(len(ids), lines).index_add(0, row, best.T * weight[row, column][:, None])
    return model.scale() * score


@torch.no_grad()
def word_scores(model, encoder, texts, batch=16, spans=False):
    """Keep probability of each word of each text (None where the words don't match); with `spans` the span scores."""
    encoded = [encoder.words(text) for text in texts]
    order = sorted((i for i, e in enumerate(encoded) if e), key=lambda i: len(encoded[i][0]))
    found = [None] * len(texts)
    device = next(model.parameters()).device
    for first in range(0, len(order), batch):
        chosen = order[first : first + batch]
        ids, mask = pad([encoded[i][0] for i in chosen])
        token, span = model.keep_logits(model.hidden(ids.to(device), mask.to(device)))
        probability = (span.float().sigmoid() if spans else token.float().softmax(-1)[..., 1]).cpu()
        for row, i in enumerate(chosen):
            words = [0.0] * len(texts[i].split())
            for place, word in enumerate(encoded[i][1]):
                if word >= 0:
                    words[word] = max(words[word], probability[row, place].item())
            found[i] = words
    return found


def keep_figures(model, encoder, items, threshold=0.5, borderline=None):
    """F1 of the kept words, agreement, must-keep recall and keep rate against the labels of `items`.

    borderline (above, span): keep also what scores more than `above` with a span score of more than `span`.
    """
    hit = extra = lost = agree = count = must = must_kept = 0
    texts = [item["text"] for item in items]
    found = word_scores(model, encoder, texts)
    spans = word_scores(model, encoder, texts, spans=True) if borderline else found
    for item, scores, around in zip(items, found, spans):
        if scores is None:
            continue
        for word, score, span, flag in zip(item["text"].split(), scores, around, item["keep"]):
            kept, wanted = score > threshold, flag == "1"
            if borderline:
                kept = kept or (score > borderline[0] and span > borderline[1])
            hit += kept and wanted
            extra += kept and not wanted
            lost += wanted and not kept
            agree += kept == wanted
            count += 1
            if must_keep(word):
                must += 1
                must_kept += kept
    return {
        "f1": round(2 * hit / max(1, 2 * hit + extra + lost), 4),
        "agreement": round(agree / max(1, count), 4),
        "mustKeepRecall": round(must_kept / max(1, must), 4),
        "keepRate": round((hit + extra) / max(1, count), 4),
    }
