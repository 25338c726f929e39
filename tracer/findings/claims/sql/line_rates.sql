-- of the lines $lines together: calls to others than canaries and controls, complaints, and those on days that the calls cover
WITH called AS (SELECT day FROM line_event WHERE NOT controlled AND list_contains($lines, line)),
complained AS (SELECT day FROM line_complaint WHERE list_contains($lines, line))
SELECT (SELECT count(*) FROM called), (SELECT count(*) FROM complained),
    (SELECT count(*) FROM complained WHERE day BETWEEN (SELECT min(day) FROM called) AND (SELECT max(day) FROM called))
