-- Lists that held people who had refused before the list's day, and those that hold people of whom that is not known, or who refused
-- later. Too few to be shown are none; so is a sum that is no more than its largest part, or of which less is known.
INSERT INTO after_refusal (run, refusals, client, what, of, party, released, people, events, own, first_day, last_day, refused_from, refused_to, known_by)
SELECT $run, refusals, client, what, id, holder, id, n, n, CASE WHEN refusals <> '' THEN client = holder END, day, day, first_refusal, last_refusal, known_by
FROM (
    SELECT id, holder, refusals, client, day, known_by, 'listed' AS what, before AS n, first AS first_refusal, last AS last_refusal FROM refused_in
    UNION ALL
    SELECT id, holder, refusals, client, day, known_by, CASE WHEN later THEN 'later' ELSE 'inside' END, open, CASE WHEN later THEN open_first END, CASE WHEN later THEN open_last END FROM refused_in
)
WHERE views._enough(n)
QUALIFY refusals <> '' OR n > coalesce(max(n) FILTER (refusals <> '') OVER (PARTITION BY id, what), 0) AND (what = 'listed' OR count(*) FILTER (what = 'listed') OVER (PARTITION BY id) = 0)
ORDER BY ALL
