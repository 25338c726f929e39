"""Words that a shell completes in the place of an option's or argument's text: what the tool itself knows.

Each is looked up when a shell asks, and never at a command's start. Ids are a case's, which may be locked or encrypted
for another, and are not completed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
"""What click asks for the words of a parameter."""


def _begun(words: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word, help=line or None) for word, line in words if word.startswith(incomplete)]


def _of(words: Callable[[], Iterable[str]]) -> Completer:
    return lambda _ctx, _param, incomplete: _begun(((word, "") for word in words()), incomplete)


def _queries() -> Iterable[tuple[str, str]]:
    from tracer.ask.named import all_queries

    return ((name, query.title) for name, query in all_queries().items())


def _topics() -> Iterable[str]:
    from tracer.resources import help_dir

    return sorted(page.stem for page in help_dir().glob("*.md"))


def _roles() -> Iterable[str]:
    from tracer.dossier.vocabulary import ROLES

    return ROLES


def _claim_kinds() -> Iterable[str]:
    from tracer.dossier.vocabulary import claim_kinds

    return claim_kinds()


def _relation_kinds() -> Iterable[str]:
    from tracer.dossier.vocabulary import RELATION_KINDS

    return RELATION_KINDS


def _channels() -> Iterable[str]:
    from tracer.dossier.vocabulary import CHANNELS

    return CHANNELS


def _bases() -> Iterable[str]:
    from tracer.dossier.vocabulary import EVIDENTIAL_BASES

    return EVIDENTIAL_BASES


def _signal_formats() -> Iterable[str]:
    from tracer.signals.formats import format_names

    return format_names()


def query_names(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of queries, with their titles."""
    return _begun(_queries(), incomplete)


def query_parameters(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`key=` of the parameters of the query that is named before, and `key=word` where it takes one of some words."""
    from tracer.ask.named import all_queries

    # Behind a `-p` that has no value yet, click leaves the arguments as they are.
    named = ctx.params.get("name") or next(iter(ctx.args), "")
    query = all_queries().get(named)
    found = list[tuple[str, str]]()
    for one in () if query is None else query.parameters:
        found += [(f"{one.name}={word}", one.text) for word in one.words or ("",)]
    return _begun(found, incomplete)


topics, roles, claim_kinds = _of(_topics), _of(_roles), _of(_claim_kinds)
relation_kinds, channels, bases, signal_formats = (
    _of(_relation_kinds),
    _of(_channels),
    _of(_bases),
    _of(_signal_formats),
)
