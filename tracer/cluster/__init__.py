"""A case beyond one machine: its keys, blinded, as Parquet; the stages' own statements on Spark; the answers back."""
