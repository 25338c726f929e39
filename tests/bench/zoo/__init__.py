"""Lists of many makers with known pasts, on which derivations are fitted and measured: `python -m tests.bench.zoo`."""
