INSERT INTO refused_inside (run, dataset, refusals, people, before, own)
SELECT $run, id, refusals, people, CASE WHEN day IS NOT NULL THEN before END, client = holder FROM refused_in WHERE refusals <> '' ORDER BY ALL
