"""The documentation site: built from the help topics, docstrings, help texts, schema, queries and catalogues.

    python -m tracer.site build/docs

Only tutorials and how-to pages are texts of their own, in `pages/`. Needs the extra `[docs]`.
"""
