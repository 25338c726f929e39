"""Words that choose how a picture looks. The command line reads them when it starts: nothing is imported here."""

THEMES = ("light", "dark", "grey")
EMBEDDED = ("story", "graph")
"""What a page shows that is made for the frame of another."""
AUDIENCES = ("readers",)
"""For whom a page may be made other than for all: for readers, without the part for experts and without ids."""
FONTS = ("embed", "outline", "none")
"""What an SVG may have of its fonts: a small font of its signs, their outlines, or names alone."""
