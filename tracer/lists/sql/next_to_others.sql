-- whether the version before has the same bytes (NULL where there is none), and other lists that have them
SELECT (SELECT sha256 = $sha256 FROM dataset WHERE id = $id AND version = $before),
    (SELECT list(id ORDER BY id) FROM dataset WHERE current AND purged_at IS NULL AND sha256 = $sha256 AND id <> $id)
