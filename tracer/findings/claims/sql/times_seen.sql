-- how many contacts are in which of the lists $lists
SELECT holders, count(*) AS contacts FROM (
    SELECT list_sort(list(DISTINCT m.dataset)) AS holders FROM membership m
    LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key
    WHERE list_contains($lists, m.dataset) GROUP BY coalesce(a.contact, m.key)
) GROUP BY holders ORDER BY holders
