"""From a reason to a sentence: one catalogue a language, as data, and one composer.

What finds something gives a `Reason`: a code and its numbers. Only this room writes the sentence. The catalogues
(`catalogue/LANG/*.ftl`) are written in Fluent, which has plurals, choices and numbers by language in the data itself:
https://projectfluent.org. A code that one language lacks, or says with other numbers, is an error when they are loaded.
"""

from __future__ import annotations

from tracer.wording.catalogue_files import LANGUAGES
from tracer.wording.labels import data_word, key_of, templates, word
from tracer.wording.pattern import BrokenCatalogue
from tracer.wording.signals import signals_of
from tracer.wording.structs import Codes, code_key, coded, holds_codes, in_words, masked_table, worded_table
from tracer.wording.voice import Voice, say, sure_word

__all__ = [
    "LANGUAGES", "BrokenCatalogue", "Codes", "Voice", "code_key", "coded", "data_word", "holds_codes", "in_words",
    "key_of", "masked_table", "say", "signals_of", "sure_word", "templates", "word", "worded_table",
]  # fmt: skip
