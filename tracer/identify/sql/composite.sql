-- One line for each row: its folded text and key, or why it has none. `raw` is for people who look at what was refused.
CREATE TEMP TABLE {target}_text AS
SELECT s.row, {raw} AS raw,
    CASE WHEN {empty} THEN 'empty' WHEN {unsaid} THEN 'part of the key missing' WHEN {filled_in} THEN 'day filled in'
        WHEN len({words}) = 1 AND NOT regexp_matches(({words})[1], '[0-9a-z]') AND length(({words})[1]) = 1 THEN 'a surname alone'
        ELSE '' END AS reason,
    array_to_string(list_sort({days}), ' ') || '|' || array_to_string(list_sort({words}), ' ') AS text
FROM {source} AS s {joins};
CREATE TEMP TABLE {target}_seen AS
SELECT row, {position}::INTEGER AS position, CASE WHEN reason = '' THEN {key} END AS key,
    CASE WHEN reason <> '' THEN raw END AS raw
FROM {target}_text ORDER BY row;
CREATE TEMP TABLE {target}_read AS
SELECT row, {position}::INTEGER AS position, raw, NULL::BIGINT AS key,
    CASE reason WHEN 'empty' THEN 'empty' WHEN 'day filled in' THEN 'junk' ELSE 'invalid' END AS status,
    'key' AS kind, reason
FROM {target}_text WHERE reason <> '' ORDER BY row;
DROP TABLE {target}_text;
