"""Words that a shell completes in the place of an option's or argument's text: what the tool itself knows.

Each is looked up when a shell asks, and never at a command's start. Ids are a case's, which may be locked or encrypted
for another, and are not completed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
"""What click asks for the words of a parameter."""


def _begun(words: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word, help=line or None) for word, line in words if word.startswith(incomplete)]


def _of(module: str, name: str) -> Completer:
    """The words that a module below `tracer` has under a name, or gives by a function of that name."""

    def words(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        found: Any = getattr(import_module(f"tracer.{module}"), name)
        return _begun(((word, "") for word in (found() if callable(found) else found)), incomplete)

    return words


roles = _of("dossier.vocabulary", "ROLES")
claim_kinds = _of("dossier.vocabulary", "claim_kinds")
relation_kinds = _of("dossier.vocabulary", "RELATION_KINDS")
channels = _of("dossier.vocabulary", "CHANNELS")
bases = _of("dossier.vocabulary", "EVIDENTIAL_BASES")
signal_formats = _of("signals.formats", "format_names")


def topics(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Topics of the longer help."""
    from tracer.resources import help_dir

    return _begun(((page.stem, "") for page in sorted(help_dir().glob("*.md"))), incomplete)


def query_names(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of queries, with their titles."""
    from tracer.ask.named import all_queries

    return _begun(((name, query.title) for name, query in all_queries().items()), incomplete)


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
