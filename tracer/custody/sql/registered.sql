-- how many copies of dataset $id were made, how many rows they lacked, and of how many people cells carry a choice
WITH copy AS (
    SELECT id, design FROM release WHERE dataset = $id UNION ALL SELECT id, design FROM withdrawn_release WHERE dataset = $id
)
SELECT (SELECT count(*) FROM copy),
    (SELECT count(*) FROM withheld WHERE release IN (SELECT id FROM release WHERE dataset = $id))
    + (SELECT count(*) FROM withdrawn_withheld WHERE release IN (SELECT id FROM withdrawn_release WHERE dataset = $id)),
    (SELECT count(DISTINCT key) FROM choice WHERE draw IN (SELECT json_extract_string(design, '$.draw') FROM copy))
