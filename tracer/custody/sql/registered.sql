-- how many copies of dataset $id were made, and how many rows they lacked
SELECT (SELECT count(*) FROM release WHERE dataset = $id) + (SELECT count(*) FROM withdrawn_release WHERE dataset = $id),
    (SELECT count(*) FROM withheld WHERE release IN (SELECT id FROM release WHERE dataset = $id))
    + (SELECT count(*) FROM withdrawn_withheld WHERE release IN (SELECT id FROM withdrawn_release WHERE dataset = $id))
