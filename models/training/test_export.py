"""The exported graphs against PyTorch: python -m unittest test_export"""

import copy
import unittest

import numpy as np
import torch

import onnx_encoder
from export import reference, run, session_of
from kompress_model import Kompress
from modernbert import SIZES
from onnx_products import FloatProducts, Int8Products, quantize_rows
from smoothing import smooth

torch.manual_seed(0)


def example(counts, length):
    """ids int64 and mask float32 [texts, length]; a text's first `counts` tokens are real."""
    mask = (torch.arange(length) < torch.tensor(counts)[:, None]).float()
    ids = torch.randint(6, SIZES["tiny"].vocabulary, mask.shape)
    return ids * mask.long(), mask


class ExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = Kompress(SIZES["tiny"]).eval()
        with torch.no_grad():
            for weight in cls.model.parameters():
                # Norms other than 1 and heads with a bias, so that nothing is left out unseen.
                weight += torch.randn_like(weight) * 0.1
        cls.float_session = session_of(onnx_encoder.build(cls.model, FloatProducts()))
        cls.int8_session = session_of(onnx_encoder.build(cls.model, Int8Products()))

    def largest_difference(self, session, counts, length):
        ids, mask = example(counts, length)
        given, wanted = run(session, ids, mask), reference(self.model, ids, mask)
        real = mask.numpy() > 0
        for name, value in given.items():
            self.assertEqual(value.shape, wanted[name].shape, name)
            self.assertEqual(value.dtype, np.float32)
        return {name: float(np.abs(given[name] - wanted[name])[real].max()) for name in given}

    def test_float32_is_pytorch_at_any_batch_length_and_padding(self):
        for length, counts in ((64, [64]), (64, [1]), (192, [192, 150, 64]), (512, [505]), (1024, [1024, 960])):
            for name, difference in self.largest_difference(self.float_session, counts, length).items():
                self.assertLess(difference, 2e-5, f"{name} at {length} with {counts}")

    def test_int8_is_near(self):
        for length, counts in ((64, [64]), (256, [200, 256])):
            found = self.largest_difference(self.int8_session, counts, length)
            self.assertGreater(max(found.values()), 1e-5)
            for name in ("token_probs", "span_scores", "final_scores"):
                self.assertLess(found[name], 0.1, f"{name} at {length}")

    def test_a_text_is_scored_alike_alone_and_beside_others(self):
        ids, mask = example([100, 320], 320)
        together = run(self.float_session, ids, mask)
        alone = run(self.float_session, ids[:1, :128], mask[:1, :128])
        for name, value in alone.items():
            np.testing.assert_allclose(together[name][0, :100], value[0, :100], atol=2e-5, err_msg=name)

    def test_outputs_are_named_and_in_range(self):
        for session in (self.float_session, self.int8_session):
            self.assertEqual([output.name for output in session.get_outputs()], list(onnx_encoder.OUTPUTS))
            given = run(session, *example([128, 70], 128))
            for name in ("token_probs", "span_scores", "final_scores", "attention_mass", "layer_attention_mean"):
                self.assertTrue(((given[name] >= 0) & (given[name] <= 1)).all(), name)
            self.assertTrue((given["token_weights"] >= 0).all())
            lengths = np.linalg.norm(given["token_vectors"], axis=-1)
            np.testing.assert_allclose(lengths, 1, atol=1e-5)

    def test_attention_is_zero_where_nobody_asks_and_nothing_else_changes(self):
        for session in (self.float_session, self.int8_session):
            example_of_two = example([128, 70], 128)
            asked, unasked = (run(session, *example_of_two, with_attention=wanted) for wanted in (True, False))
            for name in onnx_encoder.OUTPUTS:
                if name in ("attention_mass", "layer_attention_mean"):
                    self.assertEqual(asked[name].max(), 1)
                    self.assertEqual(unasked[name].max(), 0)
                    self.assertEqual(asked[name].shape, unasked[name].shape)
                else:
                    np.testing.assert_array_equal(asked[name], unasked[name], name)

    def test_exact_layers_are_nearer(self):
        exact = session_of(onnx_encoder.build(self.model, Int8Products(), exact_layers=4))
        random = torch.random.get_rng_state()
        found = []
        for session in (exact, self.int8_session):
            torch.random.set_rng_state(random)
            found.append(np.mean(list(self.largest_difference(session, [256, 256], 256).values())))
        self.assertLess(found[0], found[1])

    def test_smoothing_changes_the_weights_and_not_what_comes_out(self):
        smoothed = copy.deepcopy(self.model)
        smooth(smoothed, [example([100, 64], 128)])
        for name, weight in self.model.named_parameters():
            if name.endswith("Wo.weight"):
                self.assertGreater((smoothed.get_parameter(name) - weight).abs().max().item(), 1e-3, name)
        ids, mask = example([192, 150], 192)
        given, wanted = reference(smoothed, ids, mask), reference(self.model, ids, mask)
        for name in given:
            real = mask.numpy() > 0
            np.testing.assert_allclose(given[name][real], wanted[name][real], atol=2e-5, err_msg=name)

    def test_weights_leave_the_eighth_bit_free(self):
        values = np.random.default_rng(0).standard_normal((5, 40)).astype(np.float32)
        quantized, scale = quantize_rows(values, 63)
        self.assertEqual(quantized.dtype, np.int8)
        self.assertEqual(np.abs(quantized).max(), 63)
        self.assertTrue((np.abs(quantized * scale[:, None] - values) <= scale[:, None] / 2 + 1e-7).all())
        self.assertEqual(quantize_rows(np.zeros((1, 4), np.float32), 63)[0].tolist(), [[0, 0, 0, 0]])


if __name__ == "__main__":
    unittest.main()
