"""`python -m tracer.site FOLDER`: build the site; `--sources` writes what it is built from, and runs no Sphinx."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tracer
from tracer.resources import sample_dir
from tracer.site.sources import write_notebooks, write_sources

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIGURES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("network", "graph", (), "Who holds what, and what was copied from what"),
    ("flow", "figure", ("sankey",), "Contacts that went from list to list"),
    ("time", "figure", ("timeline", "chenxi-hengtu"), "What became of one copy"),
    ("overlaps", "figure", ("overlaps",), "Every list with every other"),
    (
        "why",
        "figure",
        ("waterfall", "chenxi-2026-01", "hengtu-backend-2026-05"),
        "What speaks for and against one copying",
    ),
)
"""Pictures of the sample case, made when the site is built: name, what is drawn, of what, and what it is called."""


def write_pictures(target: Path, work: Path, *, case: Path | None, wanted: bool = True) -> None:
    """Write `pictures.md` and its pictures into `target`; the sample case is made in `work` where none is given."""
    lines = ["# Pictures", "", "The sample case, drawn by the tool when this site was built.", ""]
    if wanted:
        if case is None:
            case = work / "sample"
            tracer.run(sample_dir() / "case.toml", case)
        lines += _drawn(target / "pictures", tracer.open(case))
    else:
        lines += ["This site was built without pictures: `python -m tracer.site FOLDER` draws them."]
    (target / "pictures.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _drawn(folder: Path, case: tracer.Case) -> Iterator[str]:
    folder.mkdir()
    for name, what, of, says in FIGURES:
        case.export(what, of=of, to="svg", lang="en", path=folder / f"{name}.svg")
        command = " ".join(["tracer export", what, *of, "--to svg"])
        yield from (f"## {says}", "", f"![{says}](pictures/{name}.svg)", "", f"`{command}`", "")
    yield from ("## The page", "")
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    page, picture = folder / "graph.html", folder / "page.png"
    case.export("graph", to="html", lang="en", path=page)
    if browser is not None:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900"]
        photograph = [browser, *options, f"--screenshot={picture}", page.resolve().as_uri()]
        subprocess.run(photograph, check=False, capture_output=True, timeout=120)  # noqa: S603 - our own page
    page.unlink()
    if picture.is_file():
        yield "![The page of the sample case in a browser](pictures/page.png)"
    else:
        yield "The picture of the page is left out: there was no Chromium where this site was built."
    yield from ("", "`tracer export graph --to html`", "")


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


def main() -> int:
    """Build, and return Sphinx's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tracer.site", description="Build the documentation site.")
    parser.add_argument("folder", type=Path, help="the folder of the finished site")
    parser.add_argument("--case", type=Path, help="a traced sample case for the pictures; otherwise one is made")
    parser.add_argument("--no-pictures", action="store_true", help="leave the pictures out")
    parser.add_argument("--sources", action="store_true", help="write the sources of the site alone")
    asked = parser.parse_args()
    if asked.sources:
        write_sources(asked.folder)
        return 0
    return build(asked.folder, case=asked.case, pictures=not asked.no_pictures)


if __name__ == "__main__":
    sys.exit(main())
