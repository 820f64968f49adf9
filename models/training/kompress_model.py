"""The compressor: ModernBERT with a keep head, a span head and late interaction, in one model."""

import torch
import torch.nn.functional as F
from torch import nn

from modernbert import Config, ModernBert

VECTOR_SIZE = 48
SPAN_CHANNELS = 256


class Kompress(nn.Module):
    """Heads after the published Kompress (token head, span head) and ColBERT (vectors), with learned token weights."""

    def __init__(self, config: Config, dropout: float = 0.1):
        super().__init__()
        self.encoder = ModernBert(config)
        self.drop = nn.Dropout(dropout)
        self.token_head = nn.Linear(config.hidden, 2)
        self.span_conv = nn.Sequential(
            nn.Conv1d(config.hidden, SPAN_CHANNELS, 5, padding=2),
            nn.GELU(),
            nn.Conv1d(SPAN_CHANNELS, 1, 3, padding=1),
        )
        self.vec = nn.Linear(config.hidden, VECTOR_SIZE, bias=False)
        self.wq = nn.Linear(config.hidden, 1)
        self.temp = nn.Parameter(torch.tensor(2.7))

    def hidden(self, ids, mask):
        """ids, mask [batch, length] -> hidden states [batch, length, hidden]."""
        return self.encoder(ids, mask)

    def keep_logits(self, hidden):
        """Token logits [batch, length, 2] (discard, keep) and span logits [batch, length]."""
        dropped = self.drop(hidden)
        return self.token_head(dropped), self.span_conv(dropped.transpose(1, 2)).squeeze(1)

    def vectors(self, hidden):
        """Unit vectors [..., VECTOR_SIZE] for late interaction."""
        return F.normalize(self.vec(hidden), dim=-1)

    def weights(self, hidden):
        """How much a token of a question counts, >= 0 [...]."""
        return F.softplus(self.wq(hidden)).squeeze(-1)

    def scale(self):
        return self.temp.exp()


def load(path, config):
    """A model with the weights of `path` (a state dict, or one under "model")."""
    file = torch.load(path, map_location="cpu", weights_only=True)
    state = file.get("model", file)
    model = Kompress(config)
    model.load_state_dict({name: value.float() for name, value in state.items()})
    return model.eval()
