-- The texts of one column of role $role for the rows of dataset $dataset whose identifiers stand in a dataset of $others.
-- `raw.list` and `c_text` stand for the part's raw table and column; $shift: rows of the dataset before the part.
INSERT INTO claim_text
SELECT $dataset, r.row + $shift, $role, lower(regexp_replace(r.c_text, '\s', '', 'g'))
FROM raw.list r
WHERE length(trim(r.c_text)) >= 2 AND r.row + $shift IN (
    SELECT x.row FROM membership x JOIN membership y ON y.key = x.key AND list_contains($others, y.dataset)
    WHERE x.dataset = $dataset
)
