-- the latest decision on each pair, from giver to taker
SELECT a, b, verdict, note, who, "at"
FROM views._judged
ORDER BY no, a, b
