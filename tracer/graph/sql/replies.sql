-- the latest question put to each party
SELECT party, asked, deadline, answered, text, language, translation
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY party
        ORDER BY coalesce(answered, deadline, asked) DESC NULLS LAST, asked DESC NULLS LAST, text DESC NULLS LAST
    ) AS nth
    FROM reply
)
WHERE nth = 1
ORDER BY party
