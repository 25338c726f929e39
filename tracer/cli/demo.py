"""`tracer demo`: the main job on the bundled sample case."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tracer.cli.language import LANG, language
from tracer.cli.session import Session, case_options, narrate


@click.command(epilog="Example: tracer demo my-demo")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@LANG
@case_options
def demo(session: Session, folder: Path | None, lang: str | None) -> None:
    """Load, trace and explain the bundled sample case in DIR (default: tracer-demo/), and write its graph.

    Everybody and every number in it is invented. Running it again uses what is there.
    """
    from tracer.cli.run import main_job
    from tracer.cli.session import case_in
    from tracer.disclosure import Reason, Ref
    from tracer.resources import sample_dir
    from tracer.wording import say

    spoken = language(lang)
    home = folder or session.case_dir or Path("tracer-demo")
    narrate("The sample case is invented: no party, person or number in it exists.")
    main_job(sample_dir() / "case.toml", home, home, session.key_file, spoken)
    page = home / "graph.html"
    case_in(home, session.key_file).export("graph", to="html", path=page, lang=spoken)
    click.echo(f"\n{say(Reason.of('lead-graph', path=Ref(os.path.relpath(page))), spoken)}")
    narrate(f"Go on: tracer query --case {home}")
    narrate(f"       tracer why chenxi-2026-01 huaixu-lot7 --case {home}")
