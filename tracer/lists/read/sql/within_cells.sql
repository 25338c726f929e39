-- Line ends within the cells of a table, and how many lines that lie whole within one cell are empty.
-- {table}: (c0 VARCHAR, …); {cells}: its columns' names.
WITH cells AS (
    SELECT unnest([{cells}]) AS cell FROM {table}
),
lines AS (
    SELECT string_split(replace(replace(cell, chr(13) || chr(10), chr(10)), chr(13), chr(10)), chr(10)) AS line
    FROM cells WHERE contains(cell, chr(10)) OR contains(cell, chr(13))
),
counted AS (
    SELECT len(line) - 1 AS ends,
        len(list_filter(line, lambda x: x = '')) - (line[1] = '')::INTEGER - (line[len(line)] = '')::INTEGER AS hollow
    FROM lines
)
SELECT coalesce(sum(ends), 0), coalesce(sum(hollow), 0) FROM counted
