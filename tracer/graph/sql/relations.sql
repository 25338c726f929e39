SELECT no, kind, from_party, to_party, date, basis, evidence
FROM relation
ORDER BY no
