"""Greetings in any language: "Hallo Anna," "Cher Monsieur Dupont", "Здравствуйте, Иван", "田中様", "김민수님".

A greeting names the persona where a part of its name is, whole, in a line that greets or that addresses somebody with
a title, or begins a line before a comma. The words are data; a language that is not here is recognised by the
latter. A name that the address itself holds (anna@…, anna.muster@…) shows nothing: every sender knows the address.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LINES = 8
"""Lines of a text, its subject the first, in which people are greeted."""
_NEAR = 48
"""Letters after a greeting or a title within which the name is looked for."""
_SHORTEST = 2
"""Letters of a part of a name that can be looked for; one alone is an initial."""
_GREETINGS = (
    "hello", "hi", "hey", "dear", "good morning", "good afternoon", "good evening", "greetings", "welcome",
    "hallo", "guten tag", "guten morgen", "guten abend", "liebe", "lieber", "sehr geehrte", "sehr geehrter", "moin",
    "servus", "gruezi", "bonjour", "bonsoir", "salut", "cher", "chere", "coucou", "hola", "buenos dias",
    "buenas tardes", "estimado", "estimada", "querido", "querida", "ola", "oi", "bom dia", "boa tarde", "prezado",
    "prezada", "caro", "cara", "ciao", "gentile", "egregio", "buongiorno", "buonasera", "salve", "hej", "hei",
    "hejsan", "kara", "kjaere", "kaere", "hoi", "beste", "geachte", "goedemorgen", "goedendag", "czesc", "witaj",
    "dzien dobry", "szanowny", "szanowna", "ahoj", "dobry den", "vazeny", "vazena", "szia", "kedves", "tisztelt",
    "buna", "draga", "stimate", "stimata", "merhaba", "sayin", "sayın", "sevgili", "tere", "labas", "sveiki", "zdravo",
    "xin chao", "chao", "kinh gui", "halo", "selamat", "yth", "kumusta", "mahal na", "habari",
    "здравствуйте", "здравствуй", "привет", "добрый день", "добрый вечер", "доброе утро", "уважаемый", "уважаемая",
    "дорогои", "дорогая", "вітаю", "добрии день", "шановнии", "шановна", "здравеите", "уважаеми", "γεια",
    "αγαπητε", "αγαπητη", "καλημερα", "שלום", "مرحبا", "السلام عليكم", "عزيزي", "عزيزتي", "नमस्ते", "प्रिय",
    "สวัสดี", "เรียน",
    "您好", "你好", "尊敬的", "亲爱的", "親愛的", "こんにちは", "안녕하세요", "안녕",
)  # fmt: skip
"""Folded: small letters without marks above them."""
_TITLES = (
    "mr", "mrs", "ms", "miss", "mx", "sir", "madam", "herr", "herrn", "frau", "monsieur", "madame", "mademoiselle",
    "mme", "mlle", "senor", "senora", "sr", "sra", "don", "dona", "signor", "signora", "sig", "senhor", "senhora",
    "pan", "pani", "panie", "pane", "ur", "bay", "bayan", "bapak", "ibu", "anh", "chi", "ong", "господин", "госпожа",
    "пан", "пані", "κυριε", "κυρια", "श्री", "श्रीमती", "คุณ", "dr", "prof",
)  # fmt: skip
_AFTER = (
    "先生",
    "女士",
    "小姐",
    "太太",
    "老师",
    "老師",
    "经理",
    "經理",
    "様",
    "さま",
    "さん",
    "氏",
    "님",
    "씨",
    "귀하",
)
"""Titles that follow the name, without a blank."""
_INFLECTING = (
    "czesc", "witaj", "dzien dobry", "szanowny", "szanowna", "drogi", "droga", "panie", "ahoj", "dobry den", "vazeny",
    "vazena", "mily", "mila", "pane", "zdravo", "labas", "sveiki", "gerbiamas", "gerbiama", "здравствуйте",
    "здравствуй", "привет", "добрый день", "добрый вечер", "доброе утро", "уважаемый", "уважаемая", "дорогой",
    "дорогая", "вітаю", "добрий день", "привіт", "шановний", "шановна", "пане", "здравей", "γεια", "αγαπητε",
    "αγαπητη", "καλημερα", "κυριε",
)  # fmt: skip
"""Greetings and titles of languages that call people in a form of their own: Anno, Marku, Petře, Γιώργο."""
_ENDINGS = (
    "o", "u", "e", "i", "y", "a", "ie", "ze", "ce", "ovi", "om", "em", "у", "ю", "е", "и", "і", "ы", "а", "я", "о",
    "ом", "ем", "ои", "еи", "ові", "еві",
)  # fmt: skip
"""Folded, after a name's stem."""
_STEM = 3
"""Letters of a stem, at least: fewer are the stem of too many names."""
CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


_PLAIN = str.maketrans("łøđı", "lodi")
"""Letters that addresses are written without, though they have no mark to take off."""


def folded(text: str) -> str:
    """Small letters without marks above or through them: Müller is muller."""
    split = unicodedata.normalize("NFKD", text.casefold())
    # Marks of scripts that cannot do without them (vowels of Hindi and Thai) are not accents.
    bare = "".join(char for char in split if not ("̀" <= char <= "ͯ"))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


def name_parts(name: str | None) -> tuple[str, ...]:
    """The parts of a name by which somebody may be greeted, folded."""
    parts = [folded(part) for part in _WORDS.findall(name or "")]
    return tuple(part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST and part not in _TITLES)


def held_by(address: str | None, part: str) -> bool:
    """Whether a mail address holds a folded part of a name, also in the way in which addresses are spelled.

    >>> held_by("a.mueller@post.example", "muller"), held_by("info@keller-bau.example", "kellerbau")
    (True, True)
    """
    plain = re.sub(r"[\W\d_]", "", part)
    address = folded(address or "")
    # Short parts are in many a domain by chance; firms are in domains as a rule.
    where = address if len(plain) > _STEM else address.partition("@")[0]
    letters = re.sub(r"[^a-z]", "", where)
    return any(plain in form for form in (letters, re.sub(r"([aou])e", r"\1", letters)))


def greets(text: str, name: str | None, address: str | None = None) -> bool:
    """Whether the text greets somebody by a part of the name that the address does not hold.

    >>> greets("Ihre Bestellung\\nHallo Anna,\\nvielen Dank", "Anna Müller")
    True
    >>> greets("Hallo Anna,", "Anna Müller", "anna.m@post.example")
    False
    """
    lines = [folded(line) for line in text.splitlines()[:_LINES]]
    parts = [part for part in name_parts(name) if not held_by(address, part)]
    return any(_in_line(line, part) for part in parts for line in lines)


def _in_line(line: str, part: str) -> bool:
    if CJK.search(part):
        if part not in line:
            return False
        return any(part + title in line for title in _AFTER) or bool(_greeting().search(line))
    found = re.search(rf"(?<![^\W\d_]){re.escape(part)}(?![^\W\d_])", line)
    if found is None:
        return _inflected(line, part)
    before = line[max(0, found.start() - _NEAR) : found.start()]
    first = not before.strip() and re.match(r"\s*[,:!،、，—–-](?:\s|$)", line[found.end() :]) is not None
    return first or _greeting().search(before) is not None or _titled().search(before) is not None


def _inflected(line: str, part: str) -> bool:
    """Whether a greeting or title of a language that inflects names is followed by a form of this one."""
    greeting = _inflecting().search(line)
    if greeting is None:
        return False
    forms = "|".join(map(re.escape, _forms(part)))
    near = line[greeting.end() : greeting.end() + _NEAR]
    return bool(forms) and re.search(rf"(?<![^\W\d_])(?:{forms})(?![^\W\d_])", near) is not None


def _forms(part: str) -> list[str]:
    """Forms in which somebody of this name may be called.

    >>> "marku" in _forms("marek"), "anno" in _forms("anna"), "γιωργο" in _forms("γιωργοσ")
    (True, True, True)
    """
    stems = {re.sub(r"[aeiouyаеиоуыюя]$", "", part), re.sub(r"[eоеo](?=[^\W\d_]$)", "", part)}
    found = {stem + ending for stem in stems if len(stem) >= _STEM for ending in _ENDINGS}
    if part.endswith(("s", "σ")) and len(part) > _STEM:
        found |= {part[:-1], part[:-1] + "i"}
    if re.search(r"[а-я]$", part) and len(part) > _STEM:  # Саш, Кать
        found |= {re.sub(r"[ая]$", ending, part) for ending in ("", "ь")}
    return sorted(found - {part})


@cache
def _inflecting() -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_])(?:{_either(_INFLECTING)})(?![^\W\d_])")


@cache
def _greeting() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![^\W\d_])(?:{_either(_GREETINGS)})(?![^\W\d_])|您好|你好|尊敬的|亲爱的|親愛的|안녕|こんにちは"
    )


@cache
def _titled() -> re.Pattern[str]:
    """A title right before the name, or before another of its parts."""
    return re.compile(rf"(?<![^\W\d_])(?:{_either(_TITLES)})\.?\s+(?:[^\W\d_]+\.?\s+)?$")


def _either(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(folded(word)) for word in sorted(words, key=len, reverse=True))
