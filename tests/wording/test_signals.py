"""The signals of an edge are said in both languages; those of a case that an earlier version traced as they stand."""

from __future__ import annotations

import json

from tests.ask.test_why import DAYS_SIGNAL
from tests.export.market_findings import PSEUDONYM, TITLE, leaving
from tests.graph.market_case import market_case
from tracer.export.figure.waterfall import weights_of
from tracer.export.outgoing import outgoing
from tracer.findings.derivation.weights import SIGNALS
from tracer.wording import LANGUAGES, Voice, in_words, signals_of

STORED = json.dumps([DAYS_SIGNAL])
OLD = '[{"signal": "rare rows", "value": "45", "weight": 1.5, "text": "rare rows in common"}, {"signal": "dates", \
"weight": 1}]'


def test_sentences_of_an_earlier_version_stay_as_they_are() -> None:
    for lang in LANGUAGES:
        first, second = in_words(signals_of(OLD), Voice(lang))
        assert (first["name"], first["text"]) == ("rare rows", "rare rows in common")
        assert (second["value"], second["text"]) == ("", "")


def test_every_signal_has_a_name_in_both_languages() -> None:
    for signal in (*SIGNALS, "overlap", "rows explained", "exactly two lists", "composition"):
        (step,) = signals_of(json.dumps([{"signal": signal, "weight": 1.0}]))
        step["name"]["numbers"]["written"] = {"text": "unnamed"}  # type: ignore[index] # JSON of a reason
        english, chinese = (in_words(step, Voice(lang))["name"] for lang in LANGUAGES)
        assert "unnamed" not in (english, chinese), signal
        assert chinese.isascii() is False, signal


def test_what_leaves_a_case_has_its_signals_in_the_language_of_the_export() -> None:
    case = market_case()
    case.con.execute("UPDATE derivation SET weights = $weights WHERE child = 'd6-backend'", {"weights": STORED})
    out = outgoing(case.con, leaving(case).findings, PSEUDONYM, TITLE, facts=("weights",))
    row = next(at for at, row in enumerate(out.facts["weights"]) if row["child"] == "d6-backend")
    said = {lang: weights_of(out.spoken(lang).facts["weights"][row])[0] for lang in LANGUAGES}
    assert {lang: step[:2] for lang, step in said.items()} == {"en": ("dates", -2.25), "zh": ("日期", -2.25)}
    translated = out.translations(out.rows)
    assert (translated["dates"], translated[said["en"][2]]) == ("日期", said["zh"][2])
