-- One row for each number or address of each line; a line without either stays, once.
-- {source}: (row BIGINT, c0 VARCHAR line); {tokens}: SQL, a list of what is in a line (c0); $secret: a word for passwords, and what follows.
WITH found AS (
    SELECT line, c0, {tokens} AS matches
    FROM (SELECT row AS line, regexp_replace(c0, $secret, '\1•', 'g') AS c0 FROM {source})
),
filled AS (
    SELECT line, c0, CASE WHEN len(matches) = 0 THEN [NULL] ELSE matches END AS tokens FROM found
),
tokens AS (
    SELECT line, c0, unnest(tokens) AS token, generate_subscripts(tokens, 1) AS place FROM filled
)
SELECT
    row_number() OVER (ORDER BY line, place) AS row,
    CASE WHEN NOT contains(token, '@') THEN token END AS c0,
    CASE WHEN contains(token, '@') THEN token END AS c1,
    c0 AS c2
FROM tokens
ORDER BY line, place
