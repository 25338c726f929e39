"""Sphinx's configuration. A warning is an error (`-W`), and none is switched off."""

from __future__ import annotations

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
