-- how many contacts stand in how many of the lists $lists
SELECT times, count(*) FROM (
    SELECT count(DISTINCT m.dataset) AS times FROM membership m LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key
    WHERE list_contains($lists, m.dataset) GROUP BY coalesce(a.contact, m.key)
) GROUP BY times ORDER BY times
