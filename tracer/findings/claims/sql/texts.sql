-- The texts of one column of role $role for the rows of dataset $dataset in `claim_row`. `raw.list` and `c_text` stand for
-- the part's raw table and column; $shift: rows of the dataset before the part.
INSERT INTO claim_text
SELECT $dataset, r.row + $shift, $role, lower(regexp_replace(r.c_text, '\s', '', 'g'))
FROM raw.list r
WHERE r.row + $shift IN (SELECT row FROM claim_row WHERE dataset = $dataset)
