-- Pairs of lists with contacts in common: how likely it is that these are chance or come from one register, and as it
-- would be without what persons have judged.
SELECT giver, taker, probability, without FROM (
    SELECT least(giver, taker) AS giver, greatest(giver, taker) AS taker,
        coalesce(sum(probability) FILTER (kind IN ('chance', 'register')), 0) AS probability,
        coalesce(sum(coalesce(without_judgement, probability)) FILTER (kind IN ('chance', 'register')), 0) AS without
    FROM explanation WHERE superseded IS NULL GROUP BY ALL
) ORDER BY ALL
