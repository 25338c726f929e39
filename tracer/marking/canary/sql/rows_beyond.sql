SELECT k.part, k.row FROM handed_over_key AS k LEFT JOIN membership AS m ON m.key = k.key AND m.dataset = $no
GROUP BY k.part, k.row HAVING count(m.key) = 0 ORDER BY k.part, k.row
