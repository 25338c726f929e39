"""Figures for print: SVG first, PNG and PDF from it."""
