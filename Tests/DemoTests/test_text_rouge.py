"""ROUGE against values worked by hand."""

from __future__ import annotations

import unittest

import support  # noqa: F401
from text_rouge import longest_common, rouge, words


class RougeByHand(unittest.TestCase):
    def test_shares_of_words_pairs_and_order(self) -> None:
        # Words in common: the, cat, on, mat (the second "the" has no partner). Pairs: "the cat". Order: the cat on mat.
        score = rouge("The cat sat on the mat.", "the cat lay on a mat")
        self.assertAlmostEqual(score.one.f1, 4 / 6)
        self.assertAlmostEqual(score.two.f1, 1 / 5)
        self.assertAlmostEqual(score.longest.f1, 4 / 6)
        self.assertAlmostEqual(score.quality, (4 / 6 + 1 / 5 + 4 / 6) / 3)

    def test_the_examples_of_lin(self) -> None:
        reference = "police killed the gunman"
        self.assertAlmostEqual(rouge("police kill the gunman", reference).longest.f1, 3 / 4)
        moved = rouge("the gunman police killed", reference)
        self.assertAlmostEqual(moved.one.f1, 1)
        self.assertAlmostEqual(moved.two.f1, 2 / 3)
        self.assertAlmostEqual(moved.longest.f1, 2 / 4)

    def test_precision_and_recall_are_not_exchanged(self) -> None:
        score = rouge("a b", "a b c d").one
        self.assertEqual((score.precision, score.recall), (1.0, 0.5))
        self.assertAlmostEqual(score.f1, 2 / 3)

    def test_a_word_said_too_often_counts_as_often_as_in_the_reference(self) -> None:
        score = rouge("the the the the", "the cat the dog").one
        self.assertEqual((score.precision, score.recall), (0.5, 0.5))

    def test_nothing_to_compare_is_nothing_shared(self) -> None:
        for summary, reference in (("", "a b"), ("a b", ""), ("", ""), ("!?", "a")):
            self.assertEqual(rouge(summary, reference).quality, 0)
        self.assertEqual(rouge("word", "word").two.f1, 0)

    def test_words_are_compared_in_lower_case_without_signs(self) -> None:
        self.assertEqual(words("Lithium-ion, 2.5 %: OK?"), ["lithium", "ion", "2", "5", "ok"])

    def test_the_longest_common_sequence_may_have_gaps(self) -> None:
        self.assertEqual(longest_common(list("abcbdab"), list("bdcaba")), 4)

    def test_a_word_of_one_text_is_matched_once(self) -> None:
        self.assertEqual(longest_common(["a"], ["a", "a"]), 1)
        self.assertEqual(longest_common(["a", "a"], ["a"]), 1)


if __name__ == "__main__":
    unittest.main()
