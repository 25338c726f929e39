-- of the contacts source_row(key, form) of a released list: how many there are, how many masked_row(row, mask, role, text)
-- shows with their mask and name, and how many it would by chance, with each mask's visible ending at random among
-- mask_kind(kind, room)
WITH source AS (
    SELECT DISTINCT s.key, s.form, {mask} AS mask, k.room FROM temp.source_row AS s, temp.mask_kind AS k
), held AS (
    SELECT DISTINCT mask, text, {ending} AS ending FROM temp.masked_row WHERE role = 'name'
), density AS (
    SELECT substr(mask, 1, length(mask) - length(ending)) AS head, translate(ending, '012345678', '999999999') AS kind, text,
        count(*) AS masks
    FROM held GROUP BY ALL
), asked AS (
    SELECT key, form, mask, room, {ending} AS ending FROM source WHERE mask IS NOT NULL
)
SELECT (SELECT count(DISTINCT key) FROM temp.source_row) AS contacts,
    (SELECT count(DISTINCT s.key) FROM asked AS s JOIN held AS h ON h.mask = s.mask AND h.text = s.form) AS shown,
    (SELECT coalesce(sum(least(1, d.masks / s.room)), 0)
     FROM asked AS s JOIN density AS d ON d.head = substr(s.mask, 1, length(s.mask) - length(s.ending)) AND d.text = s.form
         AND d.kind = translate(s.ending, '012345678', '999999999')) AS expected
