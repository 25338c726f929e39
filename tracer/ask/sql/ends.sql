-- What ids stand for: datasets, releases, parties, claims or hidden datasets; their datasets, their parties. The first
-- kind counts where several things have one id.
SELECT id, kind, lists, parties FROM (
    SELECT dataset AS id, 'dataset' AS kind, [dataset] AS lists, [holder] AS parties, 1 AS place FROM views.datasets
    UNION ALL SELECT release, 'release', [dataset], [recipient], 2 FROM views.releases
    UNION ALL SELECT
        party, 'party', (SELECT list(dataset ORDER BY dataset) FROM views.datasets WHERE holder = coalesce(merged_into, party)),
        [coalesce(merged_into, party)], 3
    FROM views.parties
    UNION ALL SELECT claim, 'claim', list_distinct([dataset]), list_sort(list_distinct([party, about])), 4 FROM views.claims
    UNION ALL SELECT hidden, 'hidden', [], [], 5 FROM views.hidden)
WHERE list_contains($ids, id)
ORDER BY place DESC, id
