"""The report: one page of summary, every finding with what it rests on, and how to repeat it."""
