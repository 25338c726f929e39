-- of the contacts source_row(key, form) of a released list: how many there are, how many masked_row(row, mask, role, text)
-- shows with their mask and name, and how many it would by chance, with each mask's visible ending at random
WITH source AS (
    SELECT DISTINCT s.key, s.form, {mask} AS mask FROM temp.source_row AS s, (SELECT unnest($kinds::VARCHAR[]) AS kind)
), held AS (
    SELECT DISTINCT mask, text FROM temp.masked_row WHERE role = 'name'
), density AS (
    SELECT substr(mask, 1, 7) AS head, translate(substr(mask, 8), '012345678', '999999999') AS kind, text, count(*) AS masks
    FROM held GROUP BY ALL
)
SELECT (SELECT count(DISTINCT key) FROM temp.source_row) AS contacts,
    (SELECT count(DISTINCT s.key) FROM source AS s JOIN held AS h ON h.mask = s.mask AND h.text = s.form) AS shown,
    (SELECT coalesce(sum(d.masks / power(10, length(replace(d.kind, '*', '')))), 0)
     FROM source AS s JOIN density AS d ON d.head = substr(s.mask, 1, 7) AND d.text = s.form
         AND d.kind = translate(substr(s.mask, 8), '012345678', '999999999')) AS expected
