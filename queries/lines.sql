-- Lines
-- answers: Whose lines carried the calls, through how many hands did they come, and which rules were broken on them?
-- param line id = none: only this line
-- column line id: the line
-- column vendor id: who sells it
-- column carrier id: whose network it is
-- column province text: where it is attached
-- column hand integer: as claimed, 1 first hand
-- column inferred integer: from who supplies whom with lines; the least it can be unless the chain is whole
-- column whole boolean: whether that chain begins with a carrier
-- column path list: parties, from the first known supplier to the vendor
-- column calls integer: calls to others than canaries and controls, where records of the line's side tell of them
-- column complaints integer: complaints about its numbers
-- column rule id: a rule that its calls were held against
-- column bound text: what the rule allows
-- column examined integer: calls held against it
-- column violations integer: calls beyond it
SELECT l.line, l.vendor, l.carrier, l.province, l.hand, l.inferred, l.whole, l.path, coalesce(r.calls, 0) AS calls,
    coalesce(r.complaints, 0) AS complaints, v.rule, v.bound, v.examined, v.violations
FROM views.lines l
LEFT JOIN views.complaint_rates r ON r.dimension = 'line' AND r.name = l.line
LEFT JOIN views.rule_counts v ON v.line = l.line
WHERE $line IS NULL OR l.line = $line
ORDER BY l.line, v.rule
