-- hashes that may be printed: of files, registers and findings
SELECT sha256 FROM evidence WHERE sha256 IS NOT NULL
UNION SELECT sha256 FROM original
UNION SELECT sha256 FROM dataset
UNION SELECT sha256 FROM release WHERE sha256 IS NOT NULL
UNION SELECT commitment FROM release WHERE commitment IS NOT NULL
UNION SELECT unnest([sha256, commitment]) FROM withdrawn_release
UNION SELECT sha256 FROM signal_file
UNION SELECT result FROM trace_run WHERE result IS NOT NULL
