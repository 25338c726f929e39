"""Public lists of mail domains that were copied from one another, as package registries carry them, and what they say.

Contents are never kept: `real_lists` downloads them into a temporary folder. Only what a package itself states about
where its list comes from is a documented relation; copying that nobody documents is not listed, so a found edge that is
not documented need not be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PublicList:
    """One version of one package."""

    id: str
    """Dataset in the case."""
    project: str
    """Holder: versions and ports of one project have the same."""
    registry: str
    """`pypi` or `npm`."""
    package: str
    version: str
    files: tuple[str, ...]
    """Ends of the paths in the package that hold the list."""
    within: str = ""
    """The list begins after these words and ends with the next brace; other lists are in the same file."""


_DED, _BLOCKED = ("disposable_email_domains/__init__.py",), "blocklist = {"

PUBLIC_LISTS = (
    PublicList("ded-20", "ded", "pypi", "disposable-email-domains", "0.0.60", _DED, _BLOCKED),
    PublicList("ded-22", "ded", "pypi", "disposable-email-domains", "0.0.80", _DED, _BLOCKED),
    PublicList("ded-25", "ded", "pypi", "disposable-email-domains", "0.0.120", _DED, _BLOCKED),
    PublicList("ded-26", "ded", "pypi", "disposable-email-domains", "0.0.262", _DED, _BLOCKED),
    PublicList("ded-26b", "ded", "pypi", "disposable-email-domains", "0.0.293", _DED, _BLOCKED),
    PublicList(
        "ded-js", "ded-js", "npm", "disposable-email-domains-js", "1.26.0", ("disposable_email_blocklist.json",)
    ),
    PublicList("is-disposable", "is-disposable", "npm", "is-disposable", "0.9.0", ("index.mjs",)),
    PublicList("blocklist", "blocklist", "npm", "disposable-email-blocklist", "0.0.1", ("blocklist.json",)),
    PublicList("ivolo-16", "ivolo", "npm", "disposable-email-domains", "1.0.6", ("package/index.json",)),
    PublicList("ivolo-36", "ivolo", "npm", "disposable-email-domains", "1.0.36", ("package/index.json",)),
    PublicList("ivolo-62", "ivolo", "npm", "disposable-email-domains", "1.0.62", ("package/index.json",)),
    PublicList("is-email", "is-email", "pypi", "is-disposable-email", "1.0.0", ("is_disposable_email/_domains.py",)),
    PublicList("codemonk", "codemonk", "pypi", "disposable-mail-checker", "1.0.0", ("disposable_domains.json",)),
    PublicList("tompec", "tompec", "npm", "disposable-domains", "2.0.1", ("package/index.json",)),
    PublicList("andreis", "andreis", "npm", "disposable-email", "0.2.3", ("package/domains.json",)),
    PublicList("maxmalysh", "maxmalysh", "pypi", "disposable-emails", "1.1.0", ("disposable_emails/data/domains.txt",)),
    PublicList("freemail-16", "freemail", "npm", "freemail", "1.5.0", ("data/free.txt", "data/disposable.txt")),
    PublicList("freemail-17", "freemail", "npm", "freemail", "1.7.0", ("data/free.txt", "data/disposable.txt")),
    PublicList(
        "prospect", "prospect", "npm", "@activeprospect/freemail", "1.5.2", ("data/free.txt", "data/disposable.txt")
    ),
    PublicList(
        "rabodzei", "rabodzei", "npm", "is-disposable-email-domain", "1.0.7", ("data/free.txt", "data/disposable.txt")
    ),
    PublicList("burner-14", "burner", "npm", "burner-email-providers", "1.0.14", ("package/emails.txt",)),
    PublicList("burner-67", "burner", "npm", "burner-email-providers", "1.0.67", ("package/emails.txt",)),
    PublicList("wcf", "wcf", "pypi", "burner-email-providers", "1.5", ("burner_email_providers/__init__.py",)),
    PublicList("django-12", "django", "pypi", "django-disposable-email-checker", "1.2.1", ("emails.py",)),
    PublicList("django-20", "django", "pypi", "django-disposable-email-checker", "2.0.4", ("emails.py",)),
    PublicList("django-fork", "fork", "pypi", "django-email-disposable-checker", "0.0.1", ("emails.py",)),
    PublicList("mailchecker-40", "mailchecker", "npm", "mailchecker", "4.0.9", ("platform/node/index.js",)),
    PublicList("mailchecker-60", "mailchecker", "npm", "mailchecker", "6.0.21", ("platform/node/index.js",)),
)
"""Versions of upstreams are from before and after the lists that were made from them."""

DOCUMENTED = {
    ("ded", "ded-js"): "README of disposable-email-domains-js: generates its JSON from the project's blocklist",
    ("ded", "is-disposable"): "readme of is-disposable: uses disposable-email-domains under the hood",
    ("ded", "blocklist"): "readme of disposable-email-blocklist: NodeJS implementation of disposable-email-domains",
    (
        "ivolo",
        "is-email",
    ): "description of is-disposable-email: domains are grabbed from ivolo/disposable-email-domains",
    ("ivolo", "codemonk"): "description of disposable-mail-checker: based on the list by Ilya Volodarsky",
    ("ivolo", "tompec"): "LICENSE of disposable-domains: copyright Ilya Volodarsky 2017, Thomas Petracco 2025",
    ("ivolo", "andreis"): "README of disposable-email, credits: ivolo",
    ("andreis", "maxmalysh"): "README of disposable-emails, credits: disposable by andreis as a source",
    ("freemail", "prospect"): "README of @activeprospect/freemail is freemail's, its sources.txt too",
    ("freemail", "rabodzei"): "Readme of is-disposable-email-domain is freemail's",
    ("burner", "wcf"): "README of burner-email-providers on PyPI: forked from wesbos/burner-email-providers",
    ("django", "fork"): "metadata of django-email-disposable-checker names the other's repository as its home page",
    ("django", "freemail"): "data/sources.txt of freemail names DisposableEmailChecker's list",
}
"""(upstream project, downstream project) → where it is stated."""
