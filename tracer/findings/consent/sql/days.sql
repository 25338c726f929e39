-- The days in one date column of dataset $dataset: 2026-04-28, 2026/4/28 10:00, 2026年4月28日, 20260428, a spreadsheet's 46140.
-- `raw.list` and `c_date` stand for the part's raw table and column; $shift: rows of the dataset before the part.
INSERT INTO refusal_day
SELECT $dataset, row + $shift, CASE
    WHEN regexp_matches(cell, '^(19|20)[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}') THEN try_cast(
        regexp_extract(cell, '^([0-9]{4})', 1) || '-' || lpad(regexp_extract(cell, '^[0-9]{4}[-/.年]([0-9]{1,2})', 1), 2, '0') || '-'
        || lpad(regexp_extract(cell, '^[0-9]{4}[-/.年][0-9]{1,2}[-/.月]([0-9]{1,2})', 1), 2, '0') AS DATE)
    WHEN regexp_matches(cell, '^(19|20)[0-9]{6}$') THEN try_cast(substr(cell, 1, 4) || '-' || substr(cell, 5, 2) || '-' || substr(cell, 7, 2) AS DATE)
    WHEN regexp_matches(cell, '^[345][0-9]{4}([.][0-9]+)?$') THEN DATE '1899-12-30' + CAST(floor(CAST(cell AS DOUBLE)) AS INTEGER)
    END
FROM (SELECT row, trim(translate(c_date, '０１２３４５６７８９', '0123456789')) AS cell FROM raw.list)
