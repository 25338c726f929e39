"""Forty questions that people bring, and the command that answers each: it exists, and takes what is said."""

from __future__ import annotations

import shlex

import click
import pytest

from tracer.cli.main import cli
from tracer.resources import help_dir

QUESTIONS = {
    "Where do I start?": "help start",
    "What does it look like when it works?": "demo",
    "How do I load a folder of files whose columns I do not know?": "manifest new my-files",
    "Is my manifest right before anything is loaded?": "manifest check case.toml",
    "How would this file be read?": "load offer.xlsx --holder x --dry-run",
    "Which rows were rejected, and why?": "query rejects",
    "What is in my case, and what waits for me?": "status",
    "Who copied from whom?": "findings",
    "Why do you say that B has A's list?": "why a b --details",
    "Through which hands did a list go?": "show trader",
    "Which chains of resale are there?": "query resale-chains",
    "Which lists overlap more than by chance?": "query overlaps",
    "Who kept a list after the contract ended?": "query retention",
    "Which copy did a found list come from?": "attribute found",
    "How sure is a grade?": "help grades",
    "I know better: how do I say so?": "judge a b reject --note why",
    "Which claims of a seller are true?": "query claims",
    "How do I record what a seller said?": "claim add --party seller --kind size --value 900",
    "How do I record a company, and who is protected?": "party add x --name X --protected",
    "The same company is in the case twice: how do I merge it?": "party merge a b --yes",
    "How do I record that a party did not answer?": "reply add x --asked 2026-05-03 --deadline 2026-05-10",
    "How many planted records do I need?": "release --plan --recipients 20 --leak 0.1 --catch 0.99",
    "How do I write a marked copy for each vendor?": "release customers --to a --to b -o out",
    "How do I record a copy that was handed over before I had this tool?": "release add l --to a --date 2026-05-02",
    "A copy was not handed out: how do I take it back?": "release withdraw r --reason 'not signed'",
    "Which planted records can I still use?": "canary list",
    "How do I get mail addresses to plant?": "canary make --domain mail.example.com --count 40",
    "Did my own database leak?": "canary make --home --domain mail.example.com",
    "How do I hear when a list gets out?": "watch --folder inbox --tell command:./page --once",
    "Which calls and messages reached planted numbers?": "query signals",
    "What arrived and could not be read?": "aside list",
    "A service shows no list: what do I ask it?": "probe plan 'list@*' --service x --reason 'leak of May' -o ask.csv",
    "How do two firms compare lists without showing them?": "blind offer --to other -o offer.tblind --yes",
    "Should I buy this list?": "check offer.xlsx --seller acme --claims fresh=2026-05",
    "How many people do two lists share that no number joins?": "persons a b",
    "Were people called after they had refused?": "query after-refusal",
    "How do I publish a page without names that I must not print?": "export graph --edition edition.toml --preview",
    "What do I hand to a court, and how is it checked?": "export handover -o handed-over",
    "Was anything changed since?": "verify",
    "How do I erase a list for good?": "purge old --yes --reason 'the court ordered it'",
}
"""Question → what follows `tracer`."""


def test_there_are_forty() -> None:
    assert len(QUESTIONS) == len(set(QUESTIONS.values())) == 40


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_command_answers(question: str) -> None:
    words = shlex.split(QUESTIONS[question])
    group: click.Command = cli
    context = cli.make_context("tracer", list(words))
    while isinstance(group, click.Group):
        name, *rest = context._protected_args + context.args
        found = group.get_command(context, name)
        assert found is not None
        group, context = found, found.make_context(name, rest, parent=context)
    if words[0] == "help":
        assert (help_dir() / f"{words[1]}.md").is_file()
