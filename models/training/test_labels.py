"""python -m unittest, in this folder."""

import unittest

import labels


class AlignTest(unittest.TestCase):
    def test_words_are_found_in_their_order(self):
        flags, unmatched = labels.align("The file is not in the folder.", "file not in folder.")
        self.assertEqual(flags, [0, 1, 0, 1, 1, 0, 1])
        self.assertEqual(unmatched, 0)

    def test_punctuation_at_the_edges_and_case_do_not_matter(self):
        self.assertEqual(labels.align("So, (Then) it ended.", "then ended")[0], [0, 1, 0, 1])

    def test_of_two_places_the_one_that_matches_to_the_letter_is_taken(self):
        self.assertEqual(labels.align("Run it, then run `it` again", "run `it`")[0], [0, 0, 0, 1, 1, 0])

    def test_a_rephrased_text_has_unmatched_words(self):
        flags, unmatched = labels.align("The test fails on Windows", "test breaks on Windows")
        self.assertEqual(flags, [0, 1, 0, 1, 1])
        self.assertEqual(unmatched, 0.25)

    def test_order_counts(self):
        self.assertEqual(labels.align("a b", "b a")[1], 0.5)

    def test_nothing_in_common_and_empty_texts(self):
        self.assertEqual(labels.align("a b", "c"), ([0, 0], 1))
        self.assertEqual(labels.align("", "c"), ([], 1))
        self.assertEqual(labels.align("a", "")[0], [0])


class FaultsTest(unittest.TestCase):
    def test_a_good_label(self):
        self.assertEqual(labels.faults({"text": "a b", "keep": "01"}), [])

    def test_each_fault_is_named(self):
        self.assertIn("3 flags for 2 words", labels.faults({"text": "a b", "keep": "011"}))
        self.assertIn("keep has other characters than 0 and 1", labels.faults({"text": "a b", "keep": "0x"}))
        self.assertIn("nothing is kept", labels.faults({"text": "a b", "keep": "00"}))
        self.assertTrue(labels.faults({"text": "a b"}))


if __name__ == "__main__":
    unittest.main()
