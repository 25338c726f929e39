"""One finding as a story: who kept whose list, on a time line. The first screen of the page, and a figure."""
