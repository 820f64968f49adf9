"""ModernBERT (Warner et al. 2024, arXiv:2412.13663) in plain PyTorch, with the parameter names of the Hugging Face
implementation, so that its classes load the weights (test_modernbert.py holds this).

Local layers attend in blocks of half a window: every token sees the 64 before and the 64 after it, exactly as with the
masked form, at a cost that grows linearly with the length. Lengths must be a multiple of 64.
"""

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

MASKED = -1e4  # added to the logit of a position that must not be seen; finite, so that float16 holds it


@dataclass
class Config:
    vocabulary: int = 16384
    hidden: int = 256
    layers: int = 7
    heads: int = 4
    intermediate: int = 384
    global_every: int = 3
    local_window: int = 128
    global_theta: float = 160_000.0
    local_theta: float = 10_000.0
    epsilon: float = 1e-5

    def is_global(self, layer):
        return layer % self.global_every == 0

    def hugging_face(self):
        """The same shape as keyword arguments of transformers.ModernBertConfig."""
        kinds = ["full_attention" if self.is_global(i) else "sliding_attention" for i in range(self.layers)]
        return {
            "vocab_size": self.vocabulary,
            "hidden_size": self.hidden,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "intermediate_size": self.intermediate,
            "global_attn_every_n_layers": self.global_every,
            "layer_types": kinds,
            "local_attention": self.local_window,
            "global_rope_theta": self.global_theta,
            "local_rope_theta": self.local_theta,
            "rope_parameters": {
                "full_attention": {"rope_type": "default", "rope_theta": self.global_theta},
                "sliding_attention": {"rope_type": "default", "rope_theta": self.local_theta},
            },
            "norm_eps": self.epsilon,
            "pad_token_id": 0,
            "cls_token_id": 2,
            "sep_token_id": 3,
            "bos_token_id": 2,
            "eos_token_id": 3,
        }


SIZES = {
    "small": Config(),
    "teacher": Config(hidden=512, layers=12, heads=8, intermediate=768),
    "tiny": Config(vocabulary=512, hidden=32, layers=4, heads=2, intermediate=48),
}


def rotary_table(length, size, theta, device=None):
    """cos and sin of the rotary positions, float32 [length, size]; the two halves of the last axis are equal."""
    frequency = 1.0 / theta ** (torch.arange(0, size, 2, device=device).float() / size)
    angle = torch.outer(torch.arange(length, device=device).float(), frequency)
    angle = torch.cat([angle, angle], -1)
    return angle.cos(), angle.sin()


def rotate(x, table):
    """x [batch, heads, length, size] turned to its positions."""
    cos, sin = table
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat([-second, first], -1) * sin


class Norm(nn.Module):
    """Layer norm without a bias."""

    def __init__(self, size, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, None, self.epsilon)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.heads
        self.half = config.local_window // 2
        self.Wqkv = nn.Linear(config.hidden, 3 * config.hidden, bias=False)
        self.Wo = nn.Linear(config.hidden, config.hidden, bias=False)

    def project(self, x, table):
        batch, length, width = x.shape
        parts = self.Wqkv(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        return rotate(query, table), rotate(key, table), value

    def forward(self, x, table, bias, local):
        query, key, value = self.project(x, table)
        mixed = self.near(query, key, value, bias) if local else F.scaled_dot_product_attention(query, key, value, bias)
        return self.Wo(mixed.transpose(1, 2).reshape(x.shape))

    def near(self, query, key, value, bias):
        """Attention of each block of 64 to itself and its two neighbours; bias [batch or 1, 1, blocks, 64, 192]."""
        batch, heads, length, size = query.shape
        half = self.half
        shape = (batch, heads, length // half, half, size)

        def neighbours(x):
            padded = F.pad(x, (0, 0, half, half))
            return torch.cat([padded[:, :, i * half : i * half + length].reshape(shape) for i in range(3)], 3)

        mixed = F.scaled_dot_product_attention(query.reshape(shape), neighbours(key), neighbours(value), bias)
        return mixed.reshape(batch, heads, length, size)


class FeedForward(nn.Module):
    """GeGLU."""

    def __init__(self, config):
        super().__init__()
        self.Wi = nn.Linear(config.hidden, 2 * config.intermediate, bias=False)
        self.Wo = nn.Linear(config.intermediate, config.hidden, bias=False)

    def forward(self, x):
        gated, gate = self.Wi(x).chunk(2, -1)
        return self.Wo(F.gelu(gated) * gate)


class Layer(nn.Module):
    def __init__(self, config, index):
        super().__init__()
        self.local = not config.is_global(index)
        # The embeddings are normed already: the first layer does without, as published.
        self.attn_norm = nn.Identity() if index == 0 else Norm(config.hidden, config.epsilon)
        self.attn = Attention(config)
        self.mlp_norm = Norm(config.hidden, config.epsilon)
        self.mlp = FeedForward(config)

    def forward(self, x, tables, biases):
        local = self.local
        x = x + self.attn(self.attn_norm(x), tables[local], biases[local], local)
        return x + self.mlp(self.mlp_norm(x))


class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.tok_embeddings = nn.Embedding(config.vocabulary, config.hidden, padding_idx=0)
        self.norm = Norm(config.hidden, config.epsilon)

    def forward(self, ids):
        return self.norm(self.tok_embeddings(ids))


def local_bias(config, length, real, device):
    """What the local layers add to their logits: float32 [batch or 1, 1, blocks, 64, 192]."""
    half = config.local_window // 2
    blocks = length // half
    row = torch.arange(half, device=device)[:, None] + half
    column = torch.arange(3 * half, device=device)[None]
    band = torch.zeros(half, 3 * half, device=device).masked_fill((row - column).abs() > half, MASKED)
    padded = F.pad(real, (half, half))
    seen = torch.cat([padded[:, i * half : i * half + length].reshape(-1, blocks, half) for i in range(3)], 2)
    return band[None, None, None] + (1 - seen)[:, None, :, None, :] * MASKED


class ModernBert(nn.Module):
    """Encoder. forward(ids int64 [batch, length], mask [batch, length] with 1 for real tokens) -> [batch, length, hidden]."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.layers = nn.ModuleList(Layer(config, index) for index in range(config.layers))
        self.final_norm = Norm(config.hidden, config.epsilon)

    def forward(self, ids, mask=None):
        config = self.config
        length = ids.shape[1]
        if length % (config.local_window // 2):
            raise ValueError(f"The length {length} is not a multiple of {config.local_window // 2}.")
        size = config.hidden // config.heads
        device = ids.device
        real = torch.ones(1, length, device=device) if mask is None else mask.float()
        tables = {
            False: rotary_table(length, size, config.global_theta, device),
            True: rotary_table(length, size, config.local_theta, device),
        }
        biases = {
            False: None if mask is None else (1 - real)[:, None, None] * MASKED,
            True: local_bias(config, length, real, device),
        }
        x = self.embeddings(ids)
        for layer in self.layers:
            x = layer(x, tables, biases)
        return self.final_norm(x)


class PredictionHead(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense = nn.Linear(config.hidden, config.hidden, bias=False)
        self.norm = Norm(config.hidden, config.epsilon)

    def forward(self, x):
        return self.norm(F.gelu(self.dense(x)))


class MaskedLanguageModel(nn.Module):
    """ModernBERT with its prediction head; the decoder shares the weights of the embeddings."""

    def __init__(self, config):
        super().__init__()
        self.model = ModernBert(config)
        self.head = PredictionHead(config)
        self.decoder = nn.Linear(config.hidden, config.vocabulary)
        for weight in self.parameters():
            if weight.dim() == 2:
                nn.init.trunc_normal_(weight, std=0.02, a=-0.06, b=0.06)
        nn.init.zeros_(self.decoder.bias)
        for layer in self.model.layers:
            for weight in (layer.attn.Wo.weight, layer.mlp.Wo.weight):
                weight.data.mul_(1 / math.sqrt(2 * config.layers))
        self.decoder.weight = self.model.embeddings.tok_embeddings.weight

    def forward(self, ids, chosen):
        """Logits [number chosen, vocabulary] of the flat positions `chosen` of ids [batch, length]."""
        hidden = self.model(ids).reshape(-1, self.model.config.hidden)[chosen]
        return self.decoder(self.head(hidden))


def save_weights(path, config, state):
    """Weights as float16 beside their shape."""
    torch.save({"config": asdict(config), "weights": {name: value.half() for name, value in state.items()}}, path)


def load_weights(path):
    """-> (Config, weights as float32)."""
    file = torch.load(path, map_location="cpu", weights_only=True)
    return Config(**file["config"]), {name: value.float() for name, value in file["weights"].items()}
