-- One part's rows with the texts of the columns that are looked at; a column that it lacks is empty.
SELECT {position} AS position, m.key, coalesce(a.contact, m.key) AS contact, CAST({phone} AS VARCHAR) AS phone, CAST({name} AS VARCHAR) AS name,
    CAST({organisation} AS VARCHAR) AS organisation, CAST({address} AS VARCHAR) AS address,
    CAST({day} AS VARCHAR) AS day, CAST({added} AS VARCHAR) AS added
FROM membership AS m JOIN {raw} AS r ON r.row = m.row - {before}
LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key
WHERE m.dataset = {number} AND (m.key % 9973) % 100 < $percent
