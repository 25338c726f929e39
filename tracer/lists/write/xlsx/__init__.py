"""Copies of xlsx workbooks: rows go in and out, and all that names rows moves as the spreadsheet program moves it."""
