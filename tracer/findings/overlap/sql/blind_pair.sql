-- Contacts that a blind dataset shares with each current dataset it was compared with and is close to. A contact with several
-- identifiers counts once.
SELECT least(blind, other) AS a, greatest(blind, other) AS b, if(blind < other, blind_contacts, other_contacts) AS a_contacts,
    if(blind < other, other_contacts, blind_contacts) AS b_contacts, shared
FROM (
    SELECT d.id AS blind, d.contacts AS blind_contacts, o.id AS other, o.contacts AS other_contacts,
        count(DISTINCT coalesce(a.contact, s.key)) AS shared
    FROM dataset AS d
    JOIN (SELECT dataset, unnest(datasets) AS compared FROM blind_exchange WHERE dataset IS NOT NULL) AS e ON e.dataset = d.no
    JOIN dataset AS o ON o.no = e.compared AND o.current AND o.purged_at IS NULL
    JOIN (
        SELECT m.dataset AS blind, s.dataset AS other, s.key FROM blind_match AS m JOIN membership AS s ON s.key = m.key
    ) AS s ON s.blind = d.no AND s.other = o.no
    LEFT JOIN contact_alias AS a ON a.dataset = s.other AND a.key = s.key
    WHERE d.current AND d.purged_at IS NULL AND d.format = 'blind'
    GROUP BY d.id, d.contacts, o.id, o.contacts
    HAVING views._enough(count(DISTINCT coalesce(a.contact, s.key)))
) AS pair
ORDER BY blind, other
