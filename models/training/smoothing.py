"""Moves scale from activations to weights before both are rounded to 8 bits (SmoothQuant, Xiao et al. 2022).

A channel that is large in the activations takes the range of the whole tensor from the others. Dividing it where it is
made and multiplying the weights that read it changes nothing in exact arithmetic: the norms' weights, the rows of the
values and the ungated half of GeGLU can all be divided so.
"""

import torch

# Share of the difference between channels that moves: 0 none, 1 all of it.
STRENGTH = 0.8
SMALLEST = 1e-5


@torch.no_grad()
def largest_activations(model, batches):
    """{name of a linear layer: largest absolute input of each channel} over batches of (ids, mask)."""
    largest = {}

    def watch(name):
        def keep(_, given):
            most = given[0][real].abs().amax(0)
            largest[name] = torch.maximum(largest[name], most) if name in largest else most

        return keep

    names = {name: module for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    hooks = [module.register_forward_pre_hook(watch(name)) for name, module in names.items()]
    for ids, mask in batches:
        real = mask > 0
        hidden = model.hidden(ids, mask)
        model.keep_logits(hidden)
        model.vectors(hidden)
    for hook in hooks:
        hook.remove()
    return largest


def channel_scales(largest, weights, strength):
    """largest [channels]; weights that read them, each [outputs, channels, ...] -> by what to divide [channels]."""
    read = torch.stack([weight.abs().transpose(0, 1).flatten(1).amax(1) for weight in weights]).amax(0)
    scale = largest.clamp(min=SMALLEST) ** strength / read.clamp(min=SMALLEST) ** (1 - strength)
    # Whatever all channels share is of no use.
    return scale / scale.log().mean().exp()


@torch.no_grad()
def smooth(model, batches, strength=STRENGTH):
    """Changes the weights of a model in place; its outputs stay the same but for rounding."""
    largest = largest_activations(model, batches)
    config = model.encoder.config

    def move(name, made, read):
        """made: what the channels are made by, on its first axis; read: weights that read them, on their second."""
        scale = channel_scales(largest[name], read, strength)
        made /= scale.view(-1, *[1] * (made.dim() - 1))
        for weight in read:
            weight *= scale.view(1, -1, *[1] * (weight.dim() - 2))

    for index, layer in enumerate(model.encoder.layers):
        name = f"encoder.layers.{index}"
        attention, feed_forward = layer.attn, layer.mlp
        if index:
            move(f"{name}.attn.Wqkv", layer.attn_norm.weight, [attention.Wqkv.weight])
        move(f"{name}.attn.Wo", attention.Wqkv.weight[2 * config.hidden :], [attention.Wo.weight])
        move(f"{name}.mlp.Wi", layer.mlp_norm.weight, [feed_forward.Wi.weight])
        move(f"{name}.mlp.Wo", feed_forward.Wi.weight[config.intermediate :], [feed_forward.Wo.weight])
    heads = [model.span_conv[0].weight, model.token_head.weight, model.vec.weight, model.wq.weight]
    move("vec", model.encoder.final_norm.weight, heads)
