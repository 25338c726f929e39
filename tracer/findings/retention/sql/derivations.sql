-- derivations; of those that a person has judged what they would be without that, and the judgement
SELECT d.parent, d.child, d.probability, d.grade, d.without_judgement, CASE WHEN d.without_judgement IS NOT NULL THEN j.no END AS judgement,
    j.verdict, j.who, CAST(j."at" AS DATE), j.note
FROM derivation d
LEFT JOIN views._judged j ON j.a = d.parent AND j.b = d.child
WHERE d.superseded IS NULL
ORDER BY d.run, d.parent, d.child
