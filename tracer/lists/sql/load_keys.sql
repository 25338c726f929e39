-- The distinct identifiers of a dataset: first row, occurrences, and whether only stripped tags made it.
CREATE TEMP TABLE load_keys AS
SELECT key, min(row) AS row, count(*) AS n, bool_and(folded) AS folded FROM load_link GROUP BY key
