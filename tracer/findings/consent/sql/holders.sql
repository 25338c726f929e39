-- how many contacts of the datasets $nos are in which of them
SELECT holders, count(*) FROM (
    SELECT list_sort(list(DISTINCT m.dataset)) AS holders FROM membership m
    LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key
    WHERE list_contains($nos, m.dataset) GROUP BY coalesce(a.contact, m.key)
) GROUP BY holders ORDER BY holders
