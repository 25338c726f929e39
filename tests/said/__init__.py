"""One statement is the same wherever it is shown: outlets are read as their readers read them, and compared."""
