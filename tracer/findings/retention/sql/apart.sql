-- Pairs of lists with contacts in common: how likely it is that these are chance or come from one register.
SELECT giver, taker, probability FROM (
    SELECT least(giver, taker) AS giver, greatest(giver, taker) AS taker,
        coalesce(sum(probability) FILTER (kind IN ('chance', 'register')), 0) AS probability
    FROM explanation WHERE superseded IS NULL GROUP BY ALL
) ORDER BY ALL
