-- What an id stands for: a dataset, a release, a party, a claim or a hidden dataset; its datasets, its parties.
SELECT 'dataset' AS kind, [dataset] AS lists, [holder] AS parties, 1 AS place FROM views.datasets WHERE dataset = $id
UNION ALL SELECT 'release', [dataset], [recipient], 2 FROM views.releases WHERE release = $id
UNION ALL SELECT
    'party', (SELECT list(dataset ORDER BY dataset) FROM views.datasets WHERE holder = coalesce(merged_into, party)),
    [coalesce(merged_into, party)], 3
FROM views.parties WHERE party = $id
UNION ALL SELECT 'claim', list_distinct([dataset]), list_sort(list_distinct([party, about])), 4 FROM views.claims WHERE claim = $id
UNION ALL SELECT 'hidden', [], [], 5 FROM views.hidden WHERE hidden = $id
ORDER BY place LIMIT 1
