"""The language in which a command speaks to a person: `--lang`, or the environment's."""

from __future__ import annotations

import os

import click

LANG = click.option(
    "--lang", type=click.Choice(["en", "zh"]), help="Language; by default that of LANG, English where it is another."
)
"""The option of commands that tell findings."""


def language(asked: str | None) -> str:
    """What was asked for, or Chinese where the environment is Chinese, or English."""
    if asked is not None:
        return asked
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if named.lower().startswith("zh") else "en"
