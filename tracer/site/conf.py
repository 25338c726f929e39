"""Sphinx's configuration. A warning is an error (`-W`), and none is switched off."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from tracer.library.arguments import parameters
from tracer.version import __version__

project = "tracer"
copyright = "the tracer authors"
version = release = __version__
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "tracer"
html_show_sourcelink = False
html_copy_source = False
html_theme_options: dict[str, object] = {"footer_icons": []}
html_extra_path = ["extra"]
html_static_path = ["static"]
html_css_files = ["wrapped.css"]
highlight_language = "text"
default_role = "literal"
"""Docstrings mark names by single backticks."""
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True


def setup(app: Any) -> None:
    """Show the types of arguments in signatures; their help texts, which commands have too, are a list below."""
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-process-docstring", _add_arguments)


def _signature(_app: Any, what: str, _name: str, method: Any, *_: object) -> tuple[str, str] | None:
    if what not in ("method", "function") or not inspect.isfunction(method):
        return None
    if not method.__module__.startswith("tracer."):  # what a documented module imports: its annotations are values
        return None
    signature, shown = inspect.signature(method), list[str]()
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and "*" not in shown:
            shown.append("*")
        default = "" if one.default is one.empty else " = …" if callable(one.default) else f" = {one.default!r}"
        star = "*" if one.kind is one.VAR_POSITIONAL else "**" if one.kind is one.VAR_KEYWORD else ""
        if one.name != "self":
            shown.append(f"{star}{one.name}: {_type(str(one.annotation))}{default}")
    return f"({', '.join(shown)})", str(signature.return_annotation)


def _type(annotation: str) -> str:
    """An annotation without what a command line needs to know."""
    tree = ast.parse(annotation, mode="eval").body
    if isinstance(tree, ast.Subscript) and ast.unparse(tree.value) == "Annotated" and isinstance(tree.slice, ast.Tuple):
        return ast.unparse(tree.slice.elts[0])
    return annotation


def _add_arguments(_app: Any, what: str, _name: str, method: Any, _options: Any, lines: list[str]) -> None:
    if what in ("method", "function") and inspect.isfunction(method):
        said = {name: one.option.help for name, (_, one) in parameters(method).items() if one.option is not None}
        lines += ["", *(f":param {name}: {text}" for name, text in said.items() if text), ""]
