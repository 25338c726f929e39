-- The firms of dataset $dataset, blanks taken out. `raw.list` and `c_text` stand for the part's raw table and column; $shift:
-- rows of the dataset before the part.
INSERT INTO claim_firm
SELECT $dataset, row + $shift, lower(regexp_replace(c_text, '\s', '', 'g')) FROM raw.list WHERE length(trim(c_text)) >= 2
