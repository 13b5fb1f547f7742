"""What every summariser keeps, and what each is for."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import support


@support.needs_numpy
class EverySummariser(unittest.TestCase):
    def setUp(self) -> None:
        from text_articles import DEVELOPMENT, articles_of
        from text_bulletins import bulletins_of
        from text_document import Document
        from text_family import FAMILY

        self.family = FAMILY
        self.document = Document.of(bulletins_of(articles_of(DEVELOPMENT), 1, seed=3)[0].text)

    def test_keeps_to_its_budget_of_words_and_sentences(self) -> None:
        from text_selection import Budget, never_cancelled

        for summariser, words, sentences in itertools.product(self.family, (40, 90, 1000), (None, 1, 3)):
            with self.subTest(summariser=summariser.name, words=words, sentences=sentences):
                summary = summariser.summarise(self.document, Budget(words, sentences), never_cancelled)
                self.assertGreater(len(summary), 0)
                self.assertLessEqual(sum(len(text.split()) for text in summary), words)
                self.assertLessEqual(len(summary), sentences or 1000)

    def test_says_only_what_the_document_says_and_in_its_order(self) -> None:
        from text_selection import Budget, never_cancelled

        whole = " ".join(sentence.text for sentence in self.document.sentences)
        for summariser in self.family:
            with self.subTest(summariser=summariser.name):
                summary = summariser.summarise(self.document, Budget.of(self.document), never_cancelled)
                places = [whole.find(text.removesuffix(".")) for text in summary]
                self.assertNotIn(-1, places)
                self.assertEqual(places, sorted(set(places)))

    def test_answers_the_same_every_time(self) -> None:
        from text_selection import Budget, never_cancelled

        for summariser in self.family:
            first, second = (summariser.summarise(self.document, Budget(80), never_cancelled) for _ in range(2))
            self.assertEqual(first, second, summariser.name)

    def test_bears_odd_texts(self) -> None:
        from text_document import Document
        from text_selection import Budget, never_cancelled

        for text in ("", "One.", "The of and.", "? ! ?", "A. A. A. A.", "Same words here. " * 30, "x" * 5000):
            document = Document.of(text)
            for summariser in self.family:
                with self.subTest(summariser=summariser.name, text=text[:20]):
                    summary = summariser.summarise(document, Budget(5), never_cancelled)
                    self.assertEqual(bool(summary), bool(document.sentences))

    def test_gives_up_when_nobody_waits(self) -> None:
        from text_selection import Budget

        class Left(Exception):
            pass

        def left() -> None:
            raise Left

        for summariser in self.family:
            with self.subTest(summariser=summariser.name), self.assertRaises(Left):
                summariser.summarise(self.document, Budget(80), left)

    def test_dearer_ones_look_often_whether_somebody_waits(self) -> None:
        from text_family import BY_NAME
        from text_selection import Budget

        calls = 0

        def count() -> None:
            nonlocal calls
            calls += 1

        BY_NAME["restarts-20"].summarise(self.document, Budget.of(self.document), count)
        self.assertGreater(calls, 500)


@support.needs_numpy
class Single(unittest.TestCase):
    def summary(self, name: str, text: str, words: int) -> list[str]:
        from text_document import Document
        from text_family import BY_NAME
        from text_selection import Budget, never_cancelled

        return BY_NAME[name].summarise(Document.of(text), Budget(words), never_cancelled)

    def test_lead_takes_the_first_sentences(self) -> None:
        self.assertEqual(self.summary("lead", "One two. Three four. Five six.", 4), ["One two.", "Three four."])

    def test_those_that_weigh_words_find_the_sentence_that_the_others_are_about(self) -> None:
        text = (
            "Somebody whistled quietly outside yesterday. Solar panels turn sunlight into power. Solar panels need"
            " sunlight. Cold solar panels give more power."
        )
        from text_family import FAMILY

        for summariser in FAMILY:
            # Lead weighs no words, and latent speaks for each topic, the whistling too.
            if summariser.name in ("lead", "latent"):
                continue
            with self.subTest(summariser=summariser.name):
                self.assertIn("olar panels", self.summary(summariser.name, text, 6)[0])

    def test_exchanges_and_restarts_never_make_the_summary_worth_less(self) -> None:
        from text_articles import DEVELOPMENT, articles_of
        from text_bulletins import bulletins_of
        from text_clauses import with_shorter_forms
        from text_document import Document
        from text_family import BY_NAME
        from text_search import SPREAD, Worth, add
        from text_selection import Budget, never_cancelled
        from text_vectors import development_background, vectors

        for bulletin in bulletins_of(articles_of(DEVELOPMENT), 4, seed=5):
            document = Document.of(bulletin.text)
            budget = Budget.of(document)
            forms = with_shorter_forms(document)
            places = {form.sentence.text: place for place, form in enumerate(forms)}
            worth = Worth.of(forms, vectors([form.sentence for form in forms], development_background()), SPREAD)
            values = [worth.of_set(add(forms, worth, budget, [], never_cancelled))]
            for name in ("search", "restarts-4", "restarts-20"):
                summary = BY_NAME[name].summarise(document, budget, never_cancelled)
                values.append(worth.of_set([places[text] for text in summary]))
            for cheaper, dearer in itertools.pairwise(values):
                self.assertGreaterEqual(dearer, cheaper - 1e-9)
            self.assertGreater(values[-1], values[0])

    def test_the_worth_is_what_its_description_says(self) -> None:
        import numpy as np

        from text_clauses import whole_sentences
        from text_document import Document
        from text_search import Worth

        # Two sentences at a right angle of length 1 and 2; the document's vector is (1, 2).
        forms = whole_sentences(Document.of("First one. Second one."))
        worth = Worth.of(forms, np.array([[1.0, 0.0], [0.0, 2.0]]), spread=1.0)
        self.assertAlmostEqual(worth.of_set([0]), 1 / 5**0.5 + 0.5)
        self.assertAlmostEqual(worth.of_set([1]), 2 / 5**0.5 + 0.5)
        self.assertAlmostEqual(worth.of_set([0, 1]), 1 + 1)

    def test_a_walk_ends_where_its_equations_say(self) -> None:
        import numpy as np

        from text_graph import DAMPING, walk
        from text_selection import never_cancelled

        # A star: from the middle to either side, from the sides to the middle. m = c + 2 d s and s = c + d m / 2.
        star = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
        ranks = walk(star, never_cancelled)
        rest = (1 - DAMPING) / 3
        middle = (rest + 2 * DAMPING * rest) / (1 - DAMPING**2)
        self.assertAlmostEqual(float(ranks[0]), middle, places=6)
        self.assertAlmostEqual(float(ranks.sum()), 1, places=6)


@support.needs_numpy
class Intervals(unittest.TestCase):
    def test_the_jackknife_over_single_articles_is_the_usual_interval(self) -> None:
        from text_interval import mean_over_bulletins

        # 1, 2, 3, 4: mean 2.5, standard error sqrt(5/3/4) = 0.645497, t with 3 degrees of freedom 3.182446.
        mean = mean_over_bulletins([1, 2, 3, 4], [("a",), ("b",), ("c",), ("d",)])
        self.assertEqual(mean.value, 2.5)
        assert mean.low is not None and mean.high is not None
        self.assertAlmostEqual(mean.high - 2.5, 3.182446 * 0.6454972, places=5)
        self.assertAlmostEqual(2.5 - mean.low, 3.182446 * 0.6454972, places=5)

    def test_repeating_an_article_does_not_narrow_the_interval(self) -> None:
        from text_interval import mean_over_bulletins

        once = mean_over_bulletins([1, 2, 3, 4], [("a",), ("b",), ("c",), ("d",)])
        thrice = mean_over_bulletins([1, 2, 3, 4] * 3, [("a",), ("b",), ("c",), ("d",)] * 3)
        self.assertAlmostEqual(once.low or 0, thrice.low or 1)

    def test_what_can_not_be_told_is_unknown(self) -> None:
        from text_interval import mean_over_bulletins

        mean = mean_over_bulletins([0.3, 0.3], [("a", "b"), ("a", "b")])
        self.assertEqual((mean.value, mean.low, mean.high), (0.3, None, None))
        with self.assertRaises(ValueError):
            mean_over_bulletins([], [])


@support.needs_numpy
class Scoring(unittest.TestCase):
    def score(self, answers: str) -> subprocess.CompletedProcess[str]:
        from text_bulletins import Bulletin
        from text_prepare import lines

        with tempfile.TemporaryDirectory() as folder:
            bulletins, given = Path(folder, "live.jsonl"), Path(folder, "answers.jsonl")
            bulletins.write_text(lines([Bulletin("t", "the cat lay on a mat", ("a",)), Bulletin("t", "a b", ("b",))]))
            given.write_text(answers)
            program = [sys.executable, str(support.RESOURCES / "text_score.py")]
            program += ["--bulletins", str(bulletins), "--answers", str(given)]
            return subprocess.run(program, capture_output=True, text=True, check=False)

    def test_answers_are_scored_against_the_bulletin_they_name(self) -> None:
        done = self.score(
            '{"model": "m", "bulletin": 1, "summary": "a b"}\n'
            '{"model": "m", "bulletin": 0, "summary": "The cat sat on the mat."}\n'
        )
        scores = json.loads(done.stdout)
        by_hand = (4 / 6 + 1 / 5 + 4 / 6) / 3
        self.assertEqual(scores["answers"], 2)
        self.assertAlmostEqual(scores["each"][0], 1)
        self.assertAlmostEqual(scores["each"][1], by_hand)
        self.assertAlmostEqual(scores["quality"]["value"], (1 + by_hand) / 2)
        self.assertAlmostEqual(scores["models"][0]["rouge_2"]["value"], (1 + 1 / 5) / 2)

    def test_a_model_is_compared_to_the_best_on_the_bulletins_that_both_answered(self) -> None:
        done = self.score(
            '{"model": "weak", "bulletin": 0, "summary": "dogs"}\n{"model": "weak", "bulletin": 1, "summary": "a c"}\n'
            '{"model": "good", "bulletin": 0, "summary": "the cat lay on a mat"}\n'
            '{"model": "good", "bulletin": 1, "summary": "a b"}\n'
        )
        scores = json.loads(done.stdout)
        self.assertEqual((scores["best"], [model["name"] for model in scores["models"]]), ("good", ["weak", "good"]))
        weak, good = scores["models"]
        self.assertEqual((good["shortfall"]["value"], good["shortfall"]["error"]), (0, 0))
        # "a c" shares one of two words with "a b" and no pair: (1/2 + 0 + 1/2) / 3.
        self.assertAlmostEqual(weak["shortfall"]["value"], (1 + (1 - 1 / 3)) / 2)
        self.assertAlmostEqual(weak["shortfall"]["error"], 1 / 6)

    def test_an_answer_that_is_none_is_named_by_its_line(self) -> None:
        start = '{"model": "m", "bulletin": '
        for line in ("{", "{}", start + '2, "summary": ""}', start + '0, "summary": 3}', '{"bulletin": 0}', "3"):
            done = self.score('{"model": "m", "bulletin": 0, "summary": "x"}\n' + line + "\n")
            self.assertEqual((done.returncode, done.stderr.startswith("line 2 is no answer")), (1, True), done.stderr)
        self.assertIn("no answers", self.score("").stderr)

    def test_the_bulletins_of_both_parts_share_no_article_and_come_out_the_same_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            texts = []
            for out in (Path(folder, "1"), Path(folder, "2")):
                program = [sys.executable, str(support.RESOURCES / "text_prepare.py"), "--out", str(out)]
                subprocess.run(program, check=True)
                texts.append([(out / name).read_text() for name in ("held-out.jsonl", "live.jsonl")])
        self.assertEqual(texts[0], texts[1])
        held_out, live = ([json.loads(line)["articles"] for line in text.splitlines()] for text in texts[0])
        self.assertEqual((len(held_out), len(live)), (96, 96))
        self.assertFalse({title for one in held_out for title in one} & {title for one in live for title in one})


if __name__ == "__main__":
    unittest.main()
