-- the party that $name is the id, a name or an alias of, or the holder of the list of that id; and that list
SELECT party, dataset FROM (
    SELECT coalesce(p.merged_into, p.id) AS party, NULL AS dataset, 1 AS rank FROM party p LEFT JOIN party_alias a ON a.party = p.id
    WHERE lower($name) IN (lower(p.id), lower(p.name), lower(p.name_en), lower(p.name_zh), lower(a.alias))
    UNION ALL
    SELECT coalesce(p.merged_into, d.holder), d.id, 2 FROM dataset d LEFT JOIN party p ON p.id = d.holder WHERE d.current AND lower(d.id) = lower($name)
) ORDER BY rank, party, dataset LIMIT 1
