-- Segments
-- answers: Which carriers, provinces and cities do the numbers of a list belong to, and which Chinese ones are not allotted?
-- param dataset id = none: only this list
-- param by word(carrier|province|city) = carrier: what to count by
-- column dataset id: the list
-- column kind text: network, virtual (a virtual operator's), iot, satellite, or not allotted
-- column name text: carrier, province or city
-- column numbers integer: Chinese mobile numbers, and those of other countries that the table knows
-- column share number: of these numbers of the list
SELECT dataset, kind, name, numbers, numbers / sum(numbers) OVER (PARTITION BY dataset) AS share
FROM (
    SELECT dataset, kind, sum(numbers)::BIGINT AS numbers,
        CASE $by WHEN 'province' THEN province WHEN 'city' THEN trim(province || ' ' || city) ELSE carrier END AS name
    FROM views.segments
    WHERE $dataset IS NULL OR dataset = $dataset
    GROUP BY dataset, kind, name
)
ORDER BY dataset, numbers DESC, kind, name
