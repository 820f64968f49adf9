"""Masked-language pre-training.

    pretrain.py --tokens corpus.bin --size small --out work/pretrained --steps 4000 [--minutes 90] [--init weights.pt]

Runs on a GPU where there is one, else on the CPU. Saves its whole state every few minutes to OUT/state.pt and goes on
from there when started again; a stop (Ctrl-C, SIGTERM, the end of the minutes) saves first. The rate rises for --warmup
steps, stays, and falls to zero over the last --decay share of the steps, so a longer run means more --steps. The
weights for the next step of the way are in OUT/weights.pt.
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

from modernbert import SIZES, MaskedLanguageModel, load_weights, save_weights
from muon import Muon

CLS, SEP, MASK, FIRST_WORD = 2, 3, 4, 6


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tokens", required=True, help="uint16 ids, by corpus.py")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--out", required=True)
    parser.add_argument("--init", help="weights to start from instead of from nothing")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--batch", type=int, default=64, help="sequences a step")
    parser.add_argument("--masked", type=float, default=0.3, help="share of the tokens to predict")
    parser.add_argument("--warmup", type=int, default=50)
    parser.add_argument("--decay", type=float, default=0.5)
    parser.add_argument("--optimizer", choices=("muon", "adamw"), default="muon")
    parser.add_argument("--rate", type=float, default=2e-3, help="of AdamW")
    parser.add_argument("--muon-rate", type=float, default=0.02)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def optimizers(model, args):
    hidden = [(n, p) for n, p in model.model.layers.named_parameters() if p.dim() == 2]
    if args.optimizer == "adamw":
        hidden = []
    taken = {id(p) for _, p in hidden}
    rest = [p for p in model.parameters() if id(p) not in taken]
    decays = [
        {"params": [p for p in rest if p.dim() >= 2], "weight_decay": 0.01},
        {"params": [p for p in rest if p.dim() < 2], "weight_decay": 0.0},
    ]
    found = [torch.optim.AdamW(decays, lr=args.rate, betas=(0.9, 0.98), eps=1e-8)]
    if hidden:
        found.append(Muon(hidden, args.muon_rate))
    for optimizer in found:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return found


def schedule(step, args):
    rise = min(1, (step + 1) / args.warmup)
    left = (args.steps - step) / max(1, args.decay * args.steps)
    return rise * max(0.01, min(1, left))


class Batches:
    """Random stretches of the corpus, masked as in the published recipe (85 % mask, 10 % as it is, 5 % another word)."""

    def __init__(self, args, vocabulary, device):
        self.ids = np.memmap(args.tokens, np.uint16, "r")
        self.shape = (args.batch, args.length)
        self.predicted = int(args.length * args.masked)
        self.vocabulary = vocabulary
        self.device = device

    def next(self, step, seed):
        # Drawn from the step alone, so that a run that was broken off sees the same batches.
        random = np.random.default_rng((seed, step))
        batch, length = self.shape
        starts = random.integers(0, len(self.ids) - length, batch)
        ids = torch.from_numpy(np.stack([self.ids[s : s + length] for s in starts]).astype(np.int64)).to(self.device)
        ids[:, 0], ids[:, -1] = CLS, SEP
        order = torch.from_numpy(random.random((batch, length), np.float32)).to(self.device)
        order[ids < FIRST_WORD] = -1
        position = order.topk(self.predicted, 1).indices
        chosen = (position + torch.arange(batch, device=self.device)[:, None] * length).flatten()
        target = ids.flatten()[chosen]
        kind = torch.from_numpy(random.random(len(chosen), np.float32)).to(self.device)
        other = torch.from_numpy(random.integers(FIRST_WORD, self.vocabulary, len(chosen))).to(self.device)
        masked = torch.full_like(target, MASK)
        shown = torch.where(kind < 0.85, masked, torch.where(kind < 0.95, target, other))
        hidden = ids.clone().flatten()
        hidden[chosen] = shown
        return hidden.view(batch, length), chosen, target


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_float32_matmul_precision("high")
    os.makedirs(args.out, exist_ok=True)
    state_path = os.path.join(args.out, "state.pt")
    config = SIZES[args.size]
    model = MaskedLanguageModel(config).to(device)
    if args.init:
        config, weights = load_weights(args.init)
        missing = model.load_state_dict(weights, strict=False)
        print(f"started from {args.init}; not in it: {missing.missing_keys}", flush=True)
    found = optimizers(model, args)
    step = 0
    if os.path.exists(state_path):
        state = torch.load(state_path, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(found, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        step = state["step"]
        print(f"goes on at step {step}", flush=True)

    def save():
        state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in found], "step": step}
        torch.save(state, state_path + ".new")
        os.replace(state_path + ".new", state_path)
        save_weights(os.path.join(args.out, "weights.pt"), config, model.state_dict())

    stopping = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.append(True))
    batches = Batches(args, config.vocabulary, device)
    loss_of = torch.compile(model, dynamic=False) if device == "cuda" else model
    started = saved = marked = time.time()
    losses = []
    while step < args.steps and not stopping and time.time() - started < args.minutes * 60:
        factor = schedule(step, args)
        for optimizer in found:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
        ids, chosen, target = batches.next(step, args.seed)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            loss = F.cross_entropy(loss_of(ids, chosen).float(), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in found:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step += 1
        losses.append(loss.detach())
        if step % 20 == 0:
            now = time.time()
            line = {
                "step": step,
                "tokens": step * args.batch * args.length,
                "loss": round(torch.stack(losses).mean().item(), 4),
                "rate": round(factor, 3),
                "tokensPerSecond": round(20 * args.batch * args.length / (now - marked)),
            }
            print(json.dumps(line), flush=True)
            with open(os.path.join(args.out, "log.jsonl"), "a") as log:
                log.write(json.dumps(line) + "\n")
            losses, marked = [], now
            if now - saved > 180:
                save()
                saved = now
    save()
    print(f"saved after step {step} of {args.steps}")


if __name__ == "__main__":
    main()
