-- links of chains, each with the kinds of its ends; `lawful`: the recipient held it before its end
-- a copy that an attribution alone names is as sure as the errors of its two tests leave it
WITH strong AS (
    SELECT r.dataset, r.release, r.seen_in, r.reading, r.probability, r.grade,
        coalesce(r.without_judgement, r.probability) AS unjudged, r.judgement
    FROM retention r
    WHERE r.superseded IS NULL AND r.probability >= $least
    UNION ALL
    SELECT l.dataset, a.release, a.dataset, 'attributed', $attributed, a.grade, $attributed, NULL
    FROM attribution a
    JOIN release l ON l.id = a.release
    WHERE a.superseded IS NULL AND a.accused
        AND NOT ($judged AND EXISTS (SELECT 1 FROM views._judged j WHERE j.a = a.release AND j.b = a.dataset AND j.verdict = 'reject'))
)
SELECT 'dataset' AS from_kind, d.parent AS from_id, 'dataset' AS to_kind, d.child AS to_id, d.probability, d.grade, false AS lawful,
    coalesce(d.without_judgement, d.probability) AS unjudged, CASE WHEN d.without_judgement IS NOT NULL THEN j.no END AS judgement
FROM derivation d
LEFT JOIN views._judged j ON j.a = d.parent AND j.b = d.child
WHERE d.superseded IS NULL AND d.probability >= $least AND d.direction = 'told'
    -- a copying that a release explains runs through that release
    AND NOT EXISTS (SELECT 1 FROM strong s WHERE s.dataset = d.parent AND s.seen_in = d.child)
UNION ALL
SELECT 'release', release, 'dataset', seen_in, coalesce(max(probability) FILTER (reading <> 'attributed'), max(probability)), max(grade), bool_or(reading = 'held'),
    coalesce(max(unjudged) FILTER (reading <> 'attributed'), max(unjudged)), max(judgement)
FROM strong s
-- where a list came from the copy by way of another list that did, the way through that list shows it
WHERE NOT EXISTS (
    SELECT 1 FROM derivation d JOIN strong y ON y.seen_in = d.parent AND y.release = s.release
    WHERE d.child = s.seen_in AND d.superseded IS NULL AND d.probability >= $least
)
GROUP BY release, seen_in
UNION ALL
SELECT 'dataset', l.dataset, 'release', l.id, 1.0, 'G5', true, 1.0, NULL
FROM release l
WHERE EXISTS (SELECT 1 FROM strong s WHERE s.release = l.id)
ORDER BY 5 DESC, 1, 2, 3, 4
