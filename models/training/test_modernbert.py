"""python -m unittest, in this folder."""

import os
import tempfile
import unittest

import torch

from modernbert import SIZES, MaskedLanguageModel, ModernBert, load_weights, save_weights
from muon import orthogonalise


class ModernBertTest(unittest.TestCase):
    def test_the_hugging_face_class_loads_the_weights_and_gives_the_same(self):
        from transformers import ModernBertConfig, ModernBertModel

        torch.manual_seed(1)
        config = SIZES["tiny"]
        ours = MaskedLanguageModel(config).model.eval()
        theirs = ModernBertModel(ModernBertConfig(**config.hugging_face(), attn_implementation="eager")).eval()
        theirs.load_state_dict(ours.state_dict(), strict=True)
        ids = torch.randint(5, config.vocabulary, (3, 320))
        mask = torch.ones(3, 320)
        mask[1, 100:] = 0
        with torch.no_grad():
            difference = ours(ids, mask) - theirs(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        self.assertLess(difference[mask.bool()].abs().max().item(), 1e-5)

    def test_the_language_model_has_the_hugging_face_names(self):
        from transformers import ModernBertConfig, ModernBertForMaskedLM

        config = SIZES["tiny"]
        theirs = ModernBertForMaskedLM(ModernBertConfig(**config.hugging_face()))
        self.assertEqual(set(MaskedLanguageModel(config).state_dict()), set(theirs.state_dict()))

    def test_a_length_that_is_no_multiple_of_64_is_refused(self):
        with self.assertRaises(ValueError):
            ModernBert(SIZES["tiny"])(torch.ones(1, 65, dtype=torch.long))

    def test_a_local_layer_sees_64_tokens_to_either_side_and_no_further(self):
        torch.manual_seed(2)
        config = SIZES["tiny"]
        layer = ModernBert(config).layers[1].eval()
        from modernbert import local_bias, rotary_table

        table = rotary_table(256, config.hidden // config.heads, config.local_theta)
        bias = local_bias(config, 256, torch.ones(1, 256), "cpu")
        x = torch.randn(1, 256, config.hidden)
        changed = x.clone()
        changed[0, 100] += 1
        with torch.no_grad():
            moved = (layer.attn(x, table, bias, True) - layer.attn(changed, table, bias, True)).abs().sum(-1)[0] > 1e-6
        self.assertEqual(moved.nonzero().flatten().tolist(), list(range(36, 165)))

    def test_weights_survive_the_file(self):
        model = MaskedLanguageModel(SIZES["tiny"])
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "weights.pt")
            save_weights(path, SIZES["tiny"], model.state_dict())
            config, weights = load_weights(path)
        self.assertEqual(config, SIZES["tiny"])
        for name, value in model.state_dict().items():
            self.assertLess((weights[name] - value).abs().max().item(), 1e-3)


class MuonTest(unittest.TestCase):
    def test_singular_values_come_near_one(self):
        torch.manual_seed(3)
        values = torch.linalg.svdvals(orthogonalise(torch.randn(2, 48, 96)))
        self.assertTrue(((values > 0.6) & (values < 1.3)).all())


if __name__ == "__main__":
    unittest.main()
