"""Muon (Jordan et al. 2024): momentum, then the nearest orthogonal matrix by Newton-Schulz iteration.

For the hidden matrices alone; embeddings, norms and heads stay with AdamW. Fused projections (Wqkv, Wi) are
orthogonalised part by part, for they are several matrices that only happen to be stored together.
"""

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrices, steps=5):
    """matrices [..., rows, columns] -> about U V^T of each singular value decomposition."""
    a, b, c = COEFFICIENTS
    x = matrices.bfloat16() if matrices.is_cuda else matrices.float()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, named, lr, momentum=0.95, weight_decay=0.01):
        parts = {"Wqkv": 3, "Wi": 2}
        groups = [
            {"params": [weight], "parts": next((n for key, n in parts.items() if key in name), 1)}
            for name, weight in named
        ]
        super().__init__(groups, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["momentum"] = torch.zeros_like(weight)
                average = state["momentum"]
                average.lerp_(weight.grad, 1 - group["momentum"])
                update = weight.grad.lerp(average, group["momentum"])
                rows, columns = weight.shape[0] // group["parts"], weight.shape[1]
                update = orthogonalise(update.view(group["parts"], rows, columns))
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                scale = group["lr"] * max(1, rows / columns) ** 0.5
                weight.add_(update.reshape(weight.shape).to(weight.dtype), alpha=-scale)
