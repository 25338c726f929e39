"""The command line: one file per noun. Open the case, call one function, print. No logic, no SQL."""
