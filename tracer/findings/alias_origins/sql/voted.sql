-- Labels of addresses read as names: (dataset, person, row, form, word, service). `service`: the name that is known, NULL
-- where the word may be anything. Labels that name no service give no line.
-- $names: ways to write a service or a party; $services: what each means; $endings: ends of domains; $unnamed: words that
-- name no service, and names of people, a line each (thousands: in a list that is bound each value takes its time).
WITH name AS (
    SELECT unnest($names::VARCHAR[]) AS name, unnest($services::VARCHAR[]) AS service
), current_label AS (
    SELECT l.* FROM address_label AS l JOIN dataset AS d ON d.no = l.dataset WHERE d.current AND d.purged_at IS NULL
), written AS (
    SELECT label, list_filter(string_split_regex(label, '[^\p{L}0-9]+'), lambda token: token <> '') AS tokens
    FROM (SELECT DISTINCT label FROM current_label)
), cut AS (
    SELECT label, CASE WHEN len(tokens) > 1 AND list_contains($endings, tokens[-1]) THEN tokens[:-2] ELSE tokens END AS tokens
    FROM written
), spelled AS (
    SELECT label, tokens,
        list_filter(list_transform(tokens, lambda token: regexp_replace(token, '^[0-9]+|[0-9]+$', '', 'g')),
            lambda token: length(token) > 1 AND NOT regexp_matches(token, '[0-9]')) AS letters
    FROM cut
), worded AS (
    SELECT label, list_concat([array_to_string(tokens, ''), array_to_string(letters, '')], tokens, letters) AS ways,
        list_filter(letters, lambda token: NOT list_contains(string_split($unnamed, chr(10)), token)) AS words
    FROM spelled
), known AS (
    SELECT way.label, min_by(name.service, way.place) AS service
    FROM (SELECT label, unnest(ways) AS way, generate_subscripts(ways, 1) AS place FROM worded) AS way
    JOIN name ON name.name = way.way
    GROUP BY way.label
), named AS (
    SELECT w.label, k.service, coalesce(k.service, array_to_string(w.words, '')) AS word
    FROM worded AS w LEFT JOIN known AS k ON k.label = w.label
    WHERE k.service IS NOT NULL
        OR (length(array_to_string(w.words, '')) >= $shortest
            AND NOT list_contains(string_split($unnamed, chr(10)), array_to_string(w.words, '')))
)
SELECT l.dataset, l.person, min(l.row) AS row, min(l.form) AS form, n.word, n.service
FROM current_label AS l JOIN named AS n ON n.label = l.label
GROUP BY l.dataset, l.person, n.word, n.service
