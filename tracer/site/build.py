"""Sources, pictures and notebooks into one folder, then Sphinx over it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tracer.site.notebooks import write_notebooks
from tracer.site.pictures import write_pictures
from tracer.site.sources import write_sources


def build(folder: Path, *, case: Path | None = None, pictures: bool = True) -> int:
    """Build the site in `folder`; Sphinx's exit code. Old pages are replaced once the new ones are complete.

    case: a traced sample case, which is read; without one the sample is loaded and traced for the pictures.
    """
    with tempfile.TemporaryDirectory(prefix="tracer-site-") as made:
        sources, pages = Path(made) / "sources", Path(made) / "pages"
        write_sources(sources)
        write_pictures(sources, Path(made) / "work", case=case, wanted=pictures)
        write_notebooks(sources / "extra" / "notebooks")
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
        done = subprocess.run([*command, str(sources), str(pages)], check=False)  # noqa: S603 - our own folders
        if done.returncode == 0:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(pages, folder, ignore=shutil.ignore_patterns(".doctrees", ".buildinfo"))
            print(f"The site is in {folder / 'index.html'}.")
        return done.returncode
