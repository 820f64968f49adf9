"""Fine-tuning of keep head, span head and late interaction together.

    finetune.py --init work/pretrained/weights.pt --tokenizer tokenizer.json --labels labels.jsonl [more.jsonl]
                --windows windows.jsonl --questions questions.jsonl [--hold-out windows.json] --out work/tuned

Each step takes a batch of labelled passages and some windows with all of their questions. Saves its whole state to
OUT/state.pt every few minutes and goes on from there; the model is OUT/weights.pt (an average over the last steps).

Keep labels: a word is kept if its best token is, so the loss is taken on the maximum over the tokens of a word. The
span head learns the share of kept words around a token (9 tokens). Late interaction learns by listwise softmax over
the lines of the window, and over all windows of the batch. With --hold-out the questions of those windows are left
out: the relevance network needs questions that this encoder has not seen.
"""

import argparse
import json
import math
import os
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F

import scoring
from kompress_model import Kompress
from modernbert import SIZES
from texts import Encoder, pad, read_jsonl

SPAN_REACH = 9  # tokens
MOST_TOKENS_OF_A_WORD = 12
GROUP = 4  # passages that run together


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--init", nargs="+", required=True, help="weights by pretrain.py or of a fine-tuned model; later files win"
    )
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--labels", nargs="+", default=[], help="{text, keep or soft} a line")
    parser.add_argument("--windows", nargs="*", default=[], help="{id, lines} a line")
    parser.add_argument("--questions", nargs="*", default=[], help="{id, question, lines} a line, lines from 1")
    parser.add_argument("--hold-out", help="JSON list of windows that are not trained on")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--passages", type=int, default=12, help="passages a step")
    parser.add_argument("--windows-a-step", type=float, default=1.0)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--span", type=float, default=0.3, help="weight of the span head's loss")
    parser.add_argument("--must-keep", type=float, default=1.0, help="weight of the words of the must-keep families")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--average", type=float, default=0.99, help="decay of the averaged weights")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def read_passages(encoder, paths):
    """Passages whose words match their flags: ids, word of each token, target of each word, must-keep words."""
    found = []
    for path in paths:
        for item in read_jsonl(path):
            tokens = encoder.words(item["text"])
            target = item["soft"] if "soft" in item else [float(flag) for flag in item["keep"]]
            if tokens is None or not target or len(target) != len(item["text"].split()):
                continue
            must = [float(scoring.must_keep(word)) for word in item["text"].split()]
            found.append({"ids": tokens[0], "word": tokens[1], "target": target, "must": must})
    return found


def read_windows(encoder, window_paths, question_paths, hold_out):
    """Windows with at least one question: sequences, lines of their tokens, questions with their evidence."""
    held = set()
    if hold_out:
        with open(hold_out) as file:
            held = set(json.load(file))
    lines = {item["id"]: item["lines"] for path in window_paths for item in read_jsonl(path)}
    questions = {}
    for path in question_paths:
        for item in read_jsonl(path):
            if item["id"] not in held:
                evidence = [number - 1 for number in item["lines"]]
                questions.setdefault(item["id"], []).append((encoder.question(item["question"]), evidence))
    found = []
    for name in sorted(questions):
        parts = encoder.windows([line.rstrip()[:600] for line in lines[name]])
        found.append({"parts": parts, "lines": len(lines[name]), "questions": questions[name]})
    return found


def drawn(count, number, step, seed):
    """Indices of step `step` when `number` a step are dealt from `count` shuffled ones, shuffled anew each round."""
    first, last = int(step * number), int((step + 1) * number)
    found = []
    for position in range(first, last):
        around, place = divmod(position, count)
        found.append(int(np.random.default_rng((seed, around)).permutation(count)[place]))
    return found


def word_index(items, length):
    """Flat token positions of each word, padded with the number of tokens: [words, most tokens of a word]."""
    rows = []
    for row, item in enumerate(items):
        tokens = [[] for _ in item["target"]]
        for place, word in enumerate(item["word"]):
            if word >= 0 and len(tokens[word]) < MOST_TOKENS_OF_A_WORD:
                tokens[word].append(row * length + place)
        rows += tokens
    most = max(map(len, rows))
    none = len(items) * length
    return torch.tensor([tokens + [none] * (most - len(tokens)) for tokens in rows])


def keep_loss(model, items, args):
    """Loss of the keep head on words and of the span head on tokens; passages of like length are padded together."""
    items = sorted(items, key=lambda item: len(item["ids"]))
    groups = [items[first : first + GROUP] for first in range(0, len(items), GROUP)]
    losses = [group_loss(model, group, args) for group in groups]
    share = [sum(len(item["target"]) for item in group) for group in groups]
    return tuple(sum(loss[i] * words for loss, words in zip(losses, share, strict=True)) / sum(share) for i in range(2))


def group_loss(model, items, args):
    ids, mask = pad([item["ids"] for item in items])
    device = next(model.parameters()).device
    length = ids.shape[1]
    index = word_index(items, length).to(device)
    token, span = model.keep_logits(model.hidden(ids.to(device), mask.to(device)))
    score = (token[..., 1] - token[..., 0]).float().reshape(-1)
    score = torch.cat([score, score.new_full((1,), -30.0)])
    word = score.index_select(0, index.reshape(-1)).view(index.shape).amax(1)
    target = torch.tensor([value for item in items for value in item["target"]], device=device)
    must = torch.tensor([value for item in items for value in item["must"]], device=device)
    weight = 1 + (args.must_keep - 1) * must * (target > 0.5)
    loss = (F.binary_cross_entropy_with_logits(word, target, reduction="none") * weight).sum() / weight.sum()
    # The share of kept tokens around each token.
    wanted = torch.zeros(ids.shape)
    known = torch.zeros(ids.shape)
    for row, item in enumerate(items):
        owner = torch.tensor(item["word"])
        place = (owner >= 0).nonzero().squeeze(1)
        wanted[row, place] = torch.tensor(item["target"])[owner[place]]
        known[row, place] = 1
    kernel = torch.ones(1, 1, SPAN_REACH)

    def around(values):
        return F.conv1d(values[:, None], kernel, padding=SPAN_REACH // 2)[:, 0]

    share = (around(wanted) / around(known).clamp(min=1)).to(device)
    known = known.to(device)
    span_loss = F.binary_cross_entropy_with_logits(span.float(), share, reduction="none")
    return loss, (span_loss * known).sum() / known.sum()


def question_loss(model, windows):
    """Listwise losses over the lines of each question's own window and over all windows, and how often the best hits."""
    device = next(model.parameters()).device
    sequences, owners, offsets, count = [], [], [], 0
    for window in windows:
        offsets.append(count)
        for ids, owner in window["parts"]:
            sequences.append(ids)
            owners.append([line + count if line >= 0 else -1 for line in owner])
        count += window["lines"]
    ids, mask = pad(sequences)
    owner = torch.full(ids.shape, -1)
    for row, lines in enumerate(owners):
        owner[row, : len(lines)] = torch.tensor(lines)
    vectors = model.vectors(model.hidden(ids.to(device), mask.to(device))).float().reshape(ids.numel(), -1)
    flat = owner.reshape(-1)
    real = flat >= 0
    asked = [(row, question) for row, window in enumerate(windows) for question in window["questions"]]
    question_ids, question_mask = pad([question for _, (question, _) in asked])
    score = scoring.line_scores(
        model, question_ids.to(device), question_mask.to(device), vectors[real.to(device)], flat[real], count
    )
    evidence = torch.zeros_like(score)
    inside = torch.full_like(score, -1e4)
    for row, (window, (_, lines)) in enumerate(asked):
        start = offsets[window]
        evidence[row, [start + line for line in lines]] = 1
        inside[row, start : start + windows[window]["lines"]] = 0
    own = -(torch.log_softmax(score + inside, 1) * evidence).sum(1) / evidence.sum(1)
    everywhere = -torch.logsumexp(torch.log_softmax(score, 1) + (evidence - 1) * 1e4, 1)
    hit = evidence.gather(1, (score + inside).argmax(1, keepdim=True)).mean()
    return own.mean(), everywhere.mean(), hit


def start(args):
    config = SIZES[args.size]
    model = Kompress(config, args.dropout)
    state = {}
    for path in args.init:
        file = torch.load(path, map_location="cpu", weights_only=True)
        for name, value in file.get("weights", file.get("model", file)).items():
            # pretrain.py calls the encoder `model`, as the Hugging Face class does; its own head is not needed here.
            if not name.startswith(("head.", "decoder.")):
                state["encoder." + name[6:] if name.startswith("model.") else name] = value.float()
    missing = model.load_state_dict(state, strict=False)
    print(f"not in {args.init}: {missing.missing_keys}", flush=True)
    return model


def optimizer_of(model, args):
    def part(encoder):
        return [p for name, p in model.named_parameters() if name.startswith("encoder") == encoder]

    groups = [{"params": part(True), "lr": args.rate}, {"params": part(False), "lr": args.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=args.weight_decay, betas=(0.9, 0.98))
    for group in optimizer.param_groups:
        group["peak"] = group["lr"]
    return optimizer


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    os.makedirs(args.out, exist_ok=True)
    encoder = Encoder(args.tokenizer)
    passages = read_passages(encoder, args.labels)
    windows = read_windows(encoder, args.windows, args.questions, args.hold_out)
    print(f"{len(passages)} passages, {len(windows)} windows, {sum(len(w['questions']) for w in windows)} questions")
    model = start(args).to(device)
    optimizer = optimizer_of(model, args)
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    step = 0
    state_path = os.path.join(args.out, "state.pt")
    if os.path.exists(state_path):
        state = torch.load(state_path, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average, step = state["average"], state["step"]
        print(f"goes on at step {step}", flush=True)

    def save():
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average, "step": step}
        torch.save(state, state_path + ".new")
        os.replace(state_path + ".new", state_path)
        torch.save(
            {"model": {name: value.half() for name, value in average.items()}}, os.path.join(args.out, "weights.pt")
        )

    stopping = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.append(True))
    started = saved = marked = time.time()
    figures = []
    model.train()
    while step < args.steps and not stopping and time.time() - started < args.minutes * 60:
        factor = min(1, (step + 1) / 30) * max(0.02, 1 - step / args.steps)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        loss, line = 0, {}
        if passages:
            keep, span = keep_loss(
                model, [passages[i] for i in drawn(len(passages), args.passages, step, args.seed)], args
            )
            loss = loss + keep + args.span * span
            line |= {"keep": keep.item(), "span": span.item()}
        chosen = drawn(len(windows), args.windows_a_step, step, args.seed + 1) if windows else []
        if chosen:
            own, everywhere, hit = question_loss(model, [windows[i] for i in chosen])
            loss = loss + own + 0.3 * everywhere
            line |= {"own": own.item(), "hit": hit.item()}
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        decay = min(args.average, (step + 1) / (step + 10))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - decay)
        figures.append(line)
        if step % 20 == 0:
            mean = {
                key: round(float(np.mean([f[key] for f in figures if key in f])), 4)
                for key in sorted({k for f in figures for k in f})
            }
            now = time.time()
            print(
                json.dumps(
                    {"step": step, **mean, "rate": round(factor, 3), "secondsAStep": round((now - marked) / 20, 2)}
                ),
                flush=True,
            )
            figures, marked = [], now
            if now - saved > 180:
                save()
                saved = now
    save()
    print(f"saved after step {step} of {args.steps}")


if __name__ == "__main__":
    main()
