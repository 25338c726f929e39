-- lists with people of `check_met`, until $day, and how many; those who refused are not asked for a day
CREATE OR REPLACE TEMP TABLE check_list AS
SELECT d.no, d.id, d.holder, d.origin, coalesce(d.created, d.obtained) AS since, d.created IS NOT NULL AS made,
    least(count(DISTINCT contact), count(DISTINCT theirs)) AS people
FROM temp.check_met JOIN dataset AS d USING (no)
WHERE d.origin = 'refusals' OR since IS NULL OR since <= $day
GROUP BY ALL
