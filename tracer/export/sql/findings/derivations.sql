SELECT parent, child, probability, grade, coalesce(CAST(shared AS VARCHAR), '<20') AS shared, share_of_child, via, reasons, against
FROM views.derivations
WHERE probability >= 0.05
ORDER BY probability DESC, parent, child
