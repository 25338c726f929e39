-- Warnings
-- answers: Where do the lists' contents, their days and what is said of them not fit together?
-- param dataset id = none: only warnings about this dataset
-- param kind word(impossible_dates|reversed_dates|sale_reversed|own_copied|same_bytes|versions_reversed|undated_versions|direction_open) = none:
--   only warnings of this kind
-- param lang language = en: language of the text
-- column kind text: impossible_dates, reversed_dates, sale_reversed, own_copied, same_bytes, versions_reversed,
--   undated_versions, direction_open
-- column datasets list: the lists it is about; of a copy the source comes first
-- column grade text: of the derivation behind it, the better one where both directions count
-- column probability number: of the derivation behind it, both directions together where it is about both
-- column numbers json: what the text is made of
-- column text sentence: what does not fit, and what to do
WITH stated AS (  -- never a pair that shares too few contacts
    SELECT parent, child, probability, grade FROM views.derivations WHERE NOT small
), list AS (
    -- `known`: the first day on which it is known to have existed
    SELECT dataset, holder, sha256, created, obtained, origin, least(created, obtained) AS known,
        coalesce(created, obtained) AS day
    FROM views.datasets
), told AS (
    SELECT s.*, p.holder = c.holder AS one_holder, p.origin AS parent_origin, c.origin AS child_origin,
        c.known AS child_day, p.day AS parent_day, p.created IS NOT NULL AS parent_firm,
        json_object('parent', json_object('dataset', s.parent), 'child', json_object('dataset', s.child),
            'parent_day', json_object('day', p.day), 'child_day', json_object('day', c.known),
            'probability', json_object('probability', s.probability)) AS numbers
    FROM stated s JOIN list p ON p.dataset = s.parent JOIN list c ON c.dataset = s.child
    LEFT JOIN stated r ON r.parent = s.child AND r.child = s.parent
    WHERE s.probability >= 0.5 AND s.probability > coalesce(r.probability, 0)
), pair AS (
    SELECT x.dataset AS a, y.dataset AS b, x.holder = y.holder AS one_holder,
        x.sha256 <> '' AND x.sha256 = y.sha256 AS one_file, greatest(f.grade, g.grade) AS grade,
        least(coalesce(f.probability, 0) + coalesce(g.probability, 0), 1) AS probability,
        greatest(coalesce(f.probability, 0), coalesce(g.probability, 0)) AS likelier,
        (x.day IS NULL OR y.day IS NULL OR x.day = y.day) AND (x.created IS NULL OR y.created IS NULL) AS undated,
        list_filter([CASE WHEN x.created IS NULL THEN x.dataset END, CASE WHEN y.created IS NULL THEN y.dataset END],
            lambda id: id IS NOT NULL) AS uncreated,
        list_filter([
            CASE WHEN x.created IS NULL OR y.created IS NULL THEN 'ask-created' END,
            CASE WHEN x.obtained IS NULL OR y.obtained IS NULL THEN 'ask-obtained' END,
            CASE WHEN x.holder <> y.holder AND x.origin <> 'own' AND y.origin <> 'own' THEN 'ask-origin' END,
            CASE WHEN NOT EXISTS (SELECT 1 FROM views.releases t WHERE t.dataset = x.dataset OR t.dataset = y.dataset)
                THEN 'ask-release' END,
            'ask-third'
        ], lambda code: code IS NOT NULL) AS ask
    FROM list x JOIN list y ON x.dataset < y.dataset
    LEFT JOIN stated f ON f.parent = x.dataset AND f.child = y.dataset
    LEFT JOIN stated g ON g.parent = y.dataset AND g.child = x.dataset
    WHERE f.parent IS NOT NULL OR g.parent IS NOT NULL
), found AS (
    SELECT 1 AS place, 'impossible_dates' AS kind, [parent, child] AS datasets, grade, probability, numbers
    FROM told WHERE NOT one_holder AND parent_firm AND child_day < parent_day
    UNION ALL
    SELECT 2, 'reversed_dates', [parent, child], grade, probability, numbers
    FROM told WHERE NOT one_holder AND NOT parent_firm AND child_day < parent_day
    UNION ALL
    SELECT 3, 'sale_reversed', [parent, child], grade, probability,
        json_object('seller', json_object('party', seller), 'buyer', json_object('party', buyer),
            'day', CASE WHEN date IS NOT NULL THEN json_object('day', date) END,
            'documents', list_transform(evidence, lambda id: json_object('id', id)),
            'parent', json_object('dataset', parent), 'child', json_object('dataset', child),
            'probability', json_object('probability', probability), 'opposite', json_object('probability', opposite))
    FROM views.sales WHERE state = 'disagrees' AND basis = 'documented'
    UNION ALL
    SELECT 4, 'own_copied', [parent, child], grade, probability, numbers
    FROM told WHERE NOT one_holder AND child_origin = 'own' AND parent_origin = 'obtained'
    UNION ALL  -- a list of too few contacts answers nothing, not even by its bytes
    SELECT 5, 'same_bytes', list(dataset ORDER BY dataset), NULL, NULL,
        json_object('datasets', list(json_object('dataset', dataset) ORDER BY dataset), 'holders', count(DISTINCT holder))
    FROM views.datasets WHERE sha256 <> '' AND purged_at IS NULL AND views._enough(contacts) GROUP BY sha256 HAVING count(*) > 1
    UNION ALL
    SELECT 6, 'versions_reversed', [parent, child], grade, probability, numbers
    FROM told WHERE one_holder AND child_day < parent_day
    UNION ALL
    SELECT 7, 'undated_versions', [a, b], grade, probability,
        json_object('datasets', [json_object('dataset', a), json_object('dataset', b)],
            'undated', list_transform(uncreated, lambda id: json_object('dataset', id)),
            'probability', json_object('probability', probability))
    FROM pair WHERE one_holder AND undated AND NOT one_file AND probability >= 0.5
    UNION ALL
    SELECT 8, 'direction_open', [a, b], grade, probability,
        json_object('datasets', [json_object('dataset', a), json_object('dataset', b)],
            'ask', list_transform(ask, lambda code: json_object('code', code, 'numbers', MAP {})),
            'probability', json_object('probability', probability))
    FROM pair WHERE NOT (one_holder AND undated) AND probability >= 0.5
        AND (likelier < 0.5 OR likelier = 0.5 AND probability > 0.5)  -- an edge of one half with nothing against it has a direction
)
SELECT kind, datasets, grade, probability, numbers,
    {'code': replace(kind, '_', '-'), 'numbers': numbers::VARCHAR} AS text
FROM found
WHERE ($dataset IS NULL OR list_contains(datasets, $dataset)) AND ($kind IS NULL OR kind = $kind)
ORDER BY place, datasets
