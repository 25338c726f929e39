"""Real families of lists with a documented past, fetched from package registries when the bench runs, not kept in it.

*Chains* are versions of one project's list. *Copies* are lists of projects that say whose list they took. *Registers*
are lists of projects that each took the same public register, not one another's list. *Independent* ones were compiled
from different sources.

A day is told where the package itself tells it: in its change log, in the list's own heading, or as the youngest day of
the files in its archive. Where all files were packed with one fixed day, as is common since 2018, none is told.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from tests.bench.zoo.fetching import How, entries, fetched
from tests.bench.zoo.truth import Edge, Truth, write_manifest

OBTAINED = date(2026, 11, 20)
"""All lists are found on one day, after the youngest of them was published."""
_RELATED = 0.25  # share of the smaller list; above it, a pair of projects about which nothing is said may be copies

_DOMAIN = r"""["']((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9-]{2,})["']"""
_QUOTED = r"""["']([^"'\n]+)["']"""
_LINE = r"(?m)^(?!//|#)[ \t]*(\S[^\n]*?)\s*$"
_BASE_16 = r"(?m)^\s*([0-9A-F]{6})\s+\(base 16\)"
_INDEX = How(("package/index.json",))
_FREEMAIL = How(("data/free.txt", "data/disposable.txt"), "pattern", _LINE)
_BLOCKED = How(("disposable_email_domains/__init__.py",), "pattern", _DOMAIN, "blocklist = {")
_CHECKER = How(("disposable_email_checker/emails.py",), "pattern", _DOMAIN)
_SUFFIXES = How(("public_suffix_list.dat", "/.tld_set_snapshot"), "pattern", _LINE)
_ARRAY_JS = How(("/array.js",), "pattern", _QUOTED)
_LANG = How(("lib/lang.json",), "pattern", _QUOTED, '"words":')
_MIME = How(
    (
        *("package/types/standard.json", "package/types/other.json", "package/types/standard.js"),
        *("package/types/other.js", "package/dist/types/standard.js", "package/dist/types/other.js"),
    ),
    "pattern",
    r'"([a-z]+/[^"]+)"',
)


@dataclass(frozen=True)
class Project:
    """A package that carries a list; one holder."""

    name: str
    registry: str
    """`npm` or `pypi`."""
    package: str
    how: How
    told: str
    """Versions, the oldest first, each with its day (`1.0.6@2016-01-25`) where the package tells it."""

    @property
    def versions(self) -> tuple[tuple[str, date | None], ...]:
        """Version and day, the oldest first."""
        parts = [one.partition("@") for one in self.told.split()]
        return tuple((version, date.fromisoformat(day) if day else None) for version, _, day in parts)


PROJECTS: Mapping[str, Project] = {
    project.name: project
    for project in (
        # Mail domains.
        Project("ded", "pypi", "disposable-email-domains", _BLOCKED,
                "0.0.60@2020-03-26 0.0.80@2022-08-18 0.0.100@2024-03-23 0.0.120@2025-03-11 0.0.160@2026-02-06 "
                "0.0.200@2026-06-11 0.0.262@2026-09-17 0.0.293@2026-11-09"),
        Project("ded-js", "npm", "disposable-email-domains-js", How(("disposable_email_blocklist.json",)),
                "1.5.0 1.14.0 1.20.0 1.26.0"),
        Project("is-disposable", "npm", "is-disposable", How(("index.mjs",), "pattern", _DOMAIN), "0.9.0"),
        Project("blocklist", "npm", "disposable-email-blocklist", How(("blocklist.json",)), "0.0.1"),
        Project("ivolo", "npm", "disposable-email-domains", _INDEX,
                "1.0.6@2016-01-25 1.0.14@2016-12-19 1.0.24@2018-01-18 1.0.33@2018-05-16 1.0.39 1.0.45 1.0.54 1.0.62"),
        Project("is-email", "pypi", "is-disposable-email", How(("/_domains.py",), "pattern", _DOMAIN),
                "1.0.0@2019-06-25"),
        Project("codemonk", "pypi", "disposable-mail-checker", How(("disposable_domains.json",), "pattern", _DOMAIN),
                "1.0@2023-08-28"),
        Project("tompec", "npm", "disposable-domains", _INDEX, "2.0.1"),
        Project("andreis", "npm", "disposable-email", How(("package/domains.json",)), "0.2.3@2017-02-01"),
        Project("maxmalysh", "pypi", "disposable-emails", How(("data/domains.txt",), "pattern", _LINE),
                "1.1.0@2022-08-08"),
        Project("dahoom", "npm", "@dahoom/disposable-email", How(("package/domains.json",)), "0.3.253"),
        Project("freemail", "npm", "freemail", _FREEMAIL, "1.5.0@2016-10-04 1.7.0"),
        Project("prospect", "npm", "@activeprospect/freemail", _FREEMAIL, "1.5.2"),
        Project("rabodzei", "npm", "is-disposable-email-domain", _FREEMAIL, "1.0.7"),
        Project("django", "pypi", "django-disposable-email-checker", _CHECKER,
                "1.0.0@2015-10-13 1.2.1@2015-11-04 2.0.4@2024-10-30"),
        Project("django-fork", "pypi", "django-email-disposable-checker", _CHECKER, "0.0.1@2023-06-08"),
        Project("burner", "npm", "burner-email-providers", How(("package/emails.txt",), "pattern", _LINE),
                "1.0.9 1.0.14 1.0.21 1.0.31 1.0.42 1.0.56 1.0.62 1.0.67"),
        Project("wcf", "pypi", "burner-email-providers", How(("providers/__init__.py",), "pattern", _DOMAIN),
                "1.0@2016-03-22 1.5@2019-09-11"),
        Project("mailchecker", "pypi", "mailchecker", How(("MailChecker.py",), "pattern", _DOMAIN),
                "3.2.1@2018-04-02 3.2.20@2019-03-04 3.3.13@2020-08-28 4.0.8@2021-06-05 4.1.10@2022-01-26 "
                "5.0.5@2022-12-09 6.0.21@2026-07-19"),
        Project("free-email", "npm", "free-email-domains", How(("package/domains.json",)),
                "1.0.19@2021-07-29 1.0.28 1.2.4 1.2.26 1.9.16 1.9.71 1.9.109 1.11.17 1.12.6"),
        Project("free-email-ts", "npm", "free-email-domains-typescript", How(("package/index.js",), "pattern", _DOMAIN),
                "1.0.9 1.0.13"),
        Project("free-email-py", "pypi", "free-email-domains",
                How(("free_email_domains.py", "free_email_domains/__init__.py"), "pattern", _DOMAIN),
                "0.0.1@2024-03-27 1.0.2@2026-02-23"),
        Project("providers", "npm", "email-providers", How(("package/common.json",)),
                "1.0.0@2016-11-28 1.10.0 1.13.1 2.0.1 2.13.0 2.15.0 2.20.0 2.26.0"),
        # Registers and what is taken from them.
        Project("mime-db", "npm", "mime-db", How(("package/db.json",), "keys"),
                "1.0.0@2014-08-30 1.12.0@2015-06-05 1.22.0@2016-02-15 1.30.0@2017-08-27 1.38.0@2019-02-04 "
                "1.44.0@2020-04-22 1.49.0@2021-07-26 1.54.0@2025-03-17"),
        Project("mime", "npm", "mime", _MIME,
                "2.0.3@2017-09-25 2.3.1@2018-04-11 2.4.4@2019-06-07 3.0.0@2021-11-03 4.0.4"),
        Project("spdx", "npm", "spdx-license-ids", How(("index.json", "spdx-license-ids.json")),
                "1.0.0@2015-05-02 1.2.2@2016-07-26 2.0.1@2017-02-06 3.0.2 3.0.5 3.0.9 3.0.13 3.0.17 3.0.21 3.0.24"),
        Project("tlds", "npm", "tlds", How(("package/index.json", "package/index.js"), "pattern", _QUOTED),
                "1.57.0@2015-09-03 1.108.0@2016-04-15 1.158.0@2016-08-27 1.189.0@2017-06-12 1.203.1@2018-04-09 "
                "1.231.0@2022-04-05 1.250.0 1.261.0"),
        Project("tlds-py", "pypi", "tlds", How(("tlds/_data.py",), "pattern", _QUOTED),
                "2022040400@2022-04-05 2023050900@2023-05-09 2024012300@2024-01-25 2025051700@2025-05-19 "
                "2026102900@2026-10-30"),
        Project("tlds-hapi", "npm", "@hapi/tlds",
                How(("esm/index.js", "commonjs/tlds.js", "dist/index.mjs"), "pattern", _QUOTED),
                "1.0.1@2022-04-12 1.1.0 2.0.1"),
        Project("netaddr", "pypi", "netaddr", How(("netaddr/eui/oui.txt",), "pattern", _BASE_16),
                "0.7.10@2012-09-06 0.7.18@2015-09-03 0.7.20@2020-06-18 0.9.0@2023-09-18 0.10.1@2024-01-02 "
                "1.3.0@2024-05-28"),
        Project("oui", "npm", "oui", How(("package/db.json", "package/oui.json"), "keys"),
                "4.4.20@2017-01-16 8.0.8 10.0.47 11.0.46 11.0.94 12.0.76"),
        Project("publicsuffix2", "pypi", "publicsuffix2", _SUFFIXES,
                "2.0.0@2015-06-04 2.20160818@2016-08-18 2.20180921@2018-09-21 2.20191221@2019-12-21"),
        Project("psl", "npm", "psl", How(("data/rules.json", "data/rules.js"), "pattern", r'"([^"\n]+)"'),
                "1.0.0@2014-10-14 1.1.20@2017-08-22 1.1.33 1.7.0 1.9.0 1.11.0 1.15.0"),
        Project("tldextract", "pypi", "tldextract", _SUFFIXES, "3.1.2@2021-09-01 3.4.4@2023-05-20 5.4.0@2026-10-03"),
        Project("suffixlist", "pypi", "publicsuffixlist", _SUFFIXES,
                "1.0.2.20260131@2026-01-31 1.1.2.20261023@2026-10-23"),
        Project("certifi", "pypi", "certifi", How(("certifi/cacert.pem",), "pattern", r'# Label: "([^"\n]*)"'),
                "2015.9.6@2015-09-06 2016.9.26@2016-09-26 2018.1.18@2018-01-18 2019.9.11@2019-09-11 "
                "2020.12.5@2020-12-05 2022.9.24@2022-09-24 2023.7.22@2023-07-22 2024.12.14@2024-12-14 "
                "2026.10.18@2026-10-18"),
        Project("airports", "pypi", "airportsdata", How(("airports.csv",), "pattern", r'(?m)^"?([A-Z0-9-]{3,7})"?,'),
                "20201108@2020-11-08 20210926@2021-09-26 20220831@2022-08-31 20230717@2023-07-17 20240415@2024-04-15 "
                "20250204@2026-02-04 20260905@2026-09-05"),
        Project("crawlers", "npm", "crawler-user-agents", How(("crawler-user-agents.json",), "field", "pattern"),
                "1.0.76 1.0.115 1.0.143 1.0.159 1.21.0 1.60.0"),
        # Words.
        Project("stop-en", "npm", "stopwords-en", How(("stopwords-en.json",)), "0.1.1@2016-10-06 0.3.0@2016-10-09"),
        Project("stop-de", "npm", "stopwords-de", How(("stopwords-de.json",)), "0.2.0@2016-10-09"),
        Project("stop-fr", "npm", "stopwords-fr", How(("stopwords-fr.json",)), "0.2.0@2016-10-09"),
        Project("stop-es", "npm", "stopwords-es", How(("stopwords-es.json",)), "0.3.0@2016-10-10"),
        Project("stop-iso", "npm", "stopwords-iso", How(("stopwords-iso.json",), "values"), "0.4.0@2016-10-10 1.1.0"),
        Project("stop-iso-py", "pypi", "stopwordsiso", How(("stopwords-iso.json",), "values"),
                "0.5.1@2019-01-23 0.6.1@2020-09-02"),
        Project("naughty", "npm", "naughty-words", How(("package/en.json",)),
                "1.0.0@2016-05-19 1.0.2@2017-07-27 1.1.0 1.2.0@2020-07-13"),
        Project("naughty-fr", "npm", "naughty-words", How(("package/fr.json",)),
                "1.0.0@2016-05-19 1.1.0 1.2.0@2020-07-13"),
        Project("leo", "npm", "leo-profanity", How(("dictionary/default.json",)), "1.2.4@2017-08-31 1.9.0"),
        Project("bad-words", "npm", "bad-words", _LANG, "0.6.1@2014-08-01 1.6.5@2018-10-23 3.0.4"),
        Project("bad-words-plus", "npm", "bad-words-plus", _LANG, "3.0.4"),
        Project("badwords-list", "npm", "badwords-list", _ARRAY_JS, "1.0.0@2014-07-31"),
        Project("french", "npm", "french-badwords-list", _ARRAY_JS, "1.0.5 1.0.7"),
    )
}  # fmt: skip

DOCUMENTED: Mapping[Edge, str] = {
    ("ded", "ded-js"): "README: generates its JSON from the project's blocklist",
    ("ded", "is-disposable"): "readme: uses disposable-email-domains under the hood",
    ("ded", "blocklist"): "readme: NodeJS implementation of disposable-email-domains",
    ("ivolo", "is-email"): "description: domains are grabbed from ivolo/disposable-email-domains",
    ("ivolo", "codemonk"): "description: based on the list by Ilya Volodarsky",
    ("ivolo", "tompec"): "LICENSE: copyright Ilya Volodarsky 2017, Thomas Petracco 2025",
    ("ivolo", "andreis"): "README, credits: ivolo",
    ("andreis", "maxmalysh"): "README, credits: disposable by andreis as a source",
    ("andreis", "dahoom"): "README: forked from disposable/disposable; its home page is andreis/disposable",
    ("freemail", "prospect"): "README is freemail's, its sources.txt too",
    ("freemail", "rabodzei"): "Readme is freemail's",
    ("burner", "wcf"): "README: forked from wesbos/burner-email-providers",
    ("django", "django-fork"): "metadata names the other's repository as its home page",
    ("django", "freemail"): "data/sources.txt names DisposableEmailChecker's list",
    ("mime-db", "mime"): "README: mime-db is the source of truth, mime a subset for common use",
    ("stop-en", "stop-iso"): "package.json and README: the collection of all stopwords-xx",
    ("stop-de", "stop-iso"): "as for stop-en",
    ("stop-fr", "stop-iso"): "as for stop-en",
    ("stop-es", "stop-iso"): "as for stop-en",
    ("stop-iso", "stop-iso-py"): "README: this Python package is based on Stopwords ISO",
    ("naughty", "leo"): "README: based on the Shutterstock dictionary, whose package naughty-words is",
    ("bad-words", "bad-words-plus"): "LICENSE and README are those of bad-words",
}
"""(upstream project, downstream project) → what the downstream one says."""


@dataclass(frozen=True)
class Family:
    """Projects whose lists make one case."""

    name: str
    kind: str
    """`chain`, `copies`, `register`, `independent`: what is true of lists of different projects. Of copies, pairs about
    which nothing is documented are undecided where they overlap much; of the others, they are no copies."""
    projects: tuple[str, ...]
    states: int = 0
    """So many versions of each project, spread over all of them; 0: all."""

    @property
    def dated(self) -> bool:
        """Whether a day is told for half of its lists or more."""
        days = [day for name in self.projects for _, day in PROJECTS[name].versions]
        return 2 * sum(day is not None for day in days) >= len(days)


_DED = ("ded", "ded-js", "is-disposable", "blocklist")
_IVOLO = ("ivolo", "is-email", "codemonk", "tompec", "andreis", "maxmalysh", "dahoom")
_FREE = ("freemail", "prospect", "rabodzei", "django", "django-fork")
_CHAINS = (
    *("ded", "ivolo", "burner", "mailchecker", "free-email", "providers", "mime-db", "spdx", "tlds", "netaddr"),
    *("psl", "certifi", "airports", "crawlers"),
)

FAMILIES: tuple[Family, ...] = (
    *(Family(name, "chain", (name,)) for name in _CHAINS),
    Family("copies of ded", "copies", _DED),
    Family("copies of ivolo", "copies", _IVOLO),
    Family("copies of freemail", "copies", _FREE),
    Family("copies of burner", "copies", ("burner", "wcf")),
    Family("copies of mime-db", "copies", ("mime-db", "mime")),
    Family("stop words", "copies", ("stop-en", "stop-de", "stop-fr", "stop-es", "stop-iso", "stop-iso-py")),
    Family("bad words", "copies", ("naughty", "leo", "bad-words", "bad-words-plus", "badwords-list")),
    Family("free mail", "copies", ("free-email", "free-email-ts", "free-email-py", "freemail"), states=3),
    Family("mail domains", "copies", (*_DED, *_IVOLO, *_FREE, "burner", "wcf", "mailchecker"), states=3),
    Family("top levels", "register", ("tlds", "tlds-py", "tlds-hapi")),
    Family("makers of network cards", "register", ("netaddr", "oui")),
    Family("public suffixes", "register", ("publicsuffix2", "psl", "tldextract", "suffixlist")),
    Family("french words", "independent", ("french", "naughty-fr")),
)


@dataclass
class _Listed:
    project: str
    version: str
    day: date | None
    since: date | None
    """The newest day that is told of it or of a version before: a lower bound."""
    rows: list[str]
    id: str = ""

    @property
    def held(self) -> frozenset[str]:
        return frozenset(self.rows)


def build(name: str, folder: Path, seed: int = 0, *, cache: Path, dated: bool) -> Truth:
    """Write the lists and the manifest of the family called `name`. Raises `fetching.NotReached`.

    seed: draws the ids and the order of the lists; dated: whether the days that are told stand in the manifest.
    """
    family = next(one for one in FAMILIES if one.name == name)
    lists = [one for project in family.projects for one in _states(PROJECTS[project], family.states, cache)]
    shuffled = random.Random(seed).sample(lists, len(lists))
    for number, one in enumerate(shuffled, 1):
        one.id = f"list-{number:02}"
        with (folder / f"{one.id}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("entry",), *((row,) for row in one.rows)])
    datasets: list[Mapping[str, object]] = [
        {
            "id": one.id, "path": f"{one.id}.csv", "holder": one.project, "obtained": OBTAINED,
            "created": one.day if dated else None, "columns": {"key": "entry"},
        }
        for one in shuffled
    ]  # fmt: skip
    parties = [{"id": project, "name": project} for project in family.projects]
    write_manifest(folder, name=f"Family: {name}", parties=parties, datasets=datasets)
    return truth_of(family, lists)


def build_nth(folder: Path, seed: int, *, cache: Path, dated: bool) -> Truth:
    """As `build`, for the family whose turn it is; of dated cases, only families that tell their days count."""
    names = [one.name for one in FAMILIES if one.dated or not dated]
    return build(names[seed % len(names)], folder, seed // len(names), cache=cache, dated=dated)


def _states(project: Project, states: int, cache: Path) -> list[_Listed]:
    """The project's versions, without those whose list is the one before."""
    found: list[_Listed] = []
    since: date | None = None
    last = len(project.versions) - 1
    wanted = {round(step * last / (states - 1)) for step in range(states)} if states else set(range(last + 1))
    for number, (version, day) in enumerate(project.versions):
        since = day or since
        if number in wanted:
            rows = entries(project.how, fetched(project.registry, project.package, version, cache))
            one = _Listed(project.name, version, day, since, rows)
            if not found or found[-1].held != one.held:
                found.append(one)
    return found


def truth_of(family: Family, lists: list[_Listed]) -> Truth:
    """Edges along each project's versions and from a documented upstream, and what stays undecided."""
    of = {project: [one for one in lists if one.project == project] for project in family.projects}
    edges = {(old.id, new.id) for states in of.values() for old, new in pairwise(states)}
    edges |= {(_nearest(of[up], of[down][0]).id, of[down][0].id) for up, down in DOCUMENTED if up in of and down in of}
    known = _closure(pair for pair in DOCUMENTED if set(pair) <= of.keys())
    allowed = {
        (a.id, b.id)
        for a in lists
        for b in lists
        if a.project != b.project and (a.held == b.held or (family.kind == "copies" and _undecided(a, b, known)))
    }
    return Truth(edges=frozenset(edges), allowed=frozenset(allowed - edges))


def _nearest(states: list[_Listed], child: _Listed) -> _Listed:
    """Of the states that are not known to be younger than the copy, or else of all, the one that is most like it."""
    held = child.held
    older = [one for one in states if not _younger(one, child)] or states
    return min(older, key=lambda one: len(one.held ^ held))


def _younger(one: _Listed, other: _Listed) -> bool:
    return one.since is not None and other.day is not None and one.since > other.day


def _undecided(a: _Listed, b: _Listed, known: frozenset[Edge]) -> bool:
    if (a.project, b.project) in known:
        return not _younger(a, b)
    if (b.project, a.project) in known:
        return False
    return len(a.held & b.held) >= _RELATED * min(len(a.held), len(b.held))


def _closure(pairs: Iterable[Edge]) -> frozenset[Edge]:
    return Truth(edges=frozenset(pairs)).ancestors
