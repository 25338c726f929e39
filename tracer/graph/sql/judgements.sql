SELECT a, b, verdict, note
FROM judgement
ORDER BY no
