"""`tracer completion` and `tracer manpages`: what a shell and `man` know of the commands."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.session import narrate

SHELLS = ("bash", "zsh", "fish")


@click.command(epilog="Example: tracer completion bash")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes commands, options and their words.

    bash: write it to ~/.local/share/bash-completion/completions/tracer. zsh: to a file _tracer in a folder of $fpath.
    fish: to ~/.config/fish/completions/tracer.fish. Then open a new shell.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    known = get_completion_class(shell)
    assert known is not None  # noqa: S101 - click has each of SHELLS
    root = context.find_root()
    # Not its own `source`, which asks the bash that is installed for its version, whatever the shell.
    click.echo(ShellComplete.source(known(root.command, {}, "tracer", "_TRACER_COMPLETE")))


@click.command(epilog="Example: tracer manpages ~/.local/share/man/man1")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_context
def manpages(context: click.Context, folder: Path) -> None:
    """Write a manual page of each command into DIR; `man tracer-load` shows one.

    man looks into ~/.local/share/man/man1 and /usr/local/share/man/man1. Pages of an earlier version are replaced.
    """
    from tracer.cli.man_pages import man_pages
    from tracer.errors import InputRefused
    from tracer.whole_file import write_whole

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputRefused(f"cannot be made ({error.strerror})", where=str(folder), remedy="name another") from error
    pages = list(man_pages(context.find_root().command, "tracer"))
    for name, text in pages:
        write_whole(text.encode(), folder / name)
    narrate(f"{len(pages)} manual pages written to {folder}")
