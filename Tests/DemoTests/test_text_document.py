"""Splitting texts, shortening sentences, and the articles themselves."""

from __future__ import annotations

import unittest

import support  # noqa: F401
from text_articles import DEVELOPMENT, HELD_OUT, LIVE, ArticlesError, parse_articles, read_articles
from text_bulletins import ARTICLES_PER_BULLETIN, bulletins_of
from text_clauses import shorter_forms
from text_document import Document, split_sentences, stem


class Sentences(unittest.TestCase):
    def test_a_sentence_ends_at_a_stop_before_a_capital_and_at_a_paragraph(self) -> None:
        self.assertEqual(split_sentences('It is 2.5 m. Is it? "Yes!" No'), ["It is 2.5 m.", "Is it?", '"Yes!"', "No"])
        self.assertEqual(split_sentences("A heading\n\nand a text\nover lines"), ["A heading", "and a text over lines"])

    def test_abbreviations_and_initials_do_not_end_a_sentence(self) -> None:
        self.assertEqual(split_sentences("Dr. B. Miller came. He left."), ["Dr. B. Miller came.", "He left."])

    def test_nothing_has_no_sentences(self) -> None:
        self.assertEqual(Document.of(" \n\n ").sentences, ())

    def test_no_word_is_lost(self) -> None:
        for article in read_articles():
            self.assertEqual(" ".join(split_sentences(article.text)).split(), article.text.split())

    def test_forms_of_a_word_share_a_stem(self) -> None:
        self.assertEqual(len({stem(word) for word in ("heat", "heats", "heated", "heating")}), 1)
        self.assertNotEqual(stem("glass"), stem("glas"))


class ShorterForms(unittest.TestCase):
    def test_a_reason_or_an_example_may_go(self) -> None:
        self.assertEqual(
            shorter_forms("Green glass is more forgiving, because its colour hides flaws."),
            ["Green glass is more forgiving."],
        )

    def test_what_limits_or_denies_stays(self) -> None:
        self.assertEqual(shorter_forms("Anyone can look for such errors, but few people do."), [])
        self.assertEqual(shorter_forms("They then save some water, and can no longer grow."), [])

    def test_a_form_says_something(self) -> None:
        self.assertEqual(shorter_forms("So, as usual, nothing came of it."), [])


class Articles(unittest.TestCase):
    def test_there_are_120_of_eight_to_fifteen_sentences_in_three_equal_parts(self) -> None:
        articles = read_articles()
        self.assertEqual(len({article.title for article in articles}), 120)
        for part in (DEVELOPMENT, HELD_OUT, LIVE):
            self.assertEqual(sum(article.part == part for article in articles), 40)
        for article in articles:
            self.assertIn(len(split_sentences(article.text)), range(8, 16), article.title)
            self.assertLess(len(article.summary.split()), 70, article.title)

    def test_no_summary_copies_a_sentence_of_its_article(self) -> None:
        for article in read_articles():
            copied = set(split_sentences(article.text)) & set(split_sentences(article.summary))
            self.assertEqual(copied, set(), article.title)

    def test_a_broken_file_is_refused_with_its_line(self) -> None:
        with self.assertRaisesRegex(ArticlesError, "line 3: a summary was expected, not a title"):
            parse_articles("# one\ntext\n# two\n")
        with self.assertRaisesRegex(ArticlesError, "not complete"):
            parse_articles("# one\ntext\n")

    def test_each_article_comes_equally_often_in_bulletins(self) -> None:
        articles = [article for article in read_articles() if article.part == LIVE]
        bulletins = bulletins_of(articles, 40, seed=1)
        titles = [title for bulletin in bulletins for title in bulletin.articles]
        self.assertEqual({titles.count(article.title) for article in articles}, {40 * ARTICLES_PER_BULLETIN // len(articles)})
        self.assertEqual(bulletins, bulletins_of(articles, 40, seed=1))
        self.assertNotEqual(bulletins, bulletins_of(articles, 40, seed=2))


if __name__ == "__main__":
    unittest.main()
