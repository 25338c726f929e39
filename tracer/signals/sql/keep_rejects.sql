-- the records that could not be read, with the cell at fault and the raw record. $file; $telephone: see records.sql
INSERT INTO signal_reject
SELECT $file, r.row, r.reason,
    CASE WHEN t.fault IS NOT NULL THEN NULL
        WHEN r.reason LIKE '%time%' THEN coalesce(t."at", t."date")
        WHEN r.reason NOT LIKE '%number%' THEN t.direction
        WHEN NOT $telephone THEN t.called END,
    w.raw
FROM signal_record r
JOIN signal_raw w ON w.row = r.row
JOIN (SELECT * FROM signal_text WHERE row IN (SELECT row FROM signal_cell)) t ON t.row = r.row
WHERE r.reason IS NOT NULL
ORDER BY r.row
