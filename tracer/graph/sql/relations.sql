SELECT no, kind, from_party, to_party, date, basis, evidence
FROM relation
WHERE from_party <> to_party -- both ends are one party since a merge: it says nothing
ORDER BY no
