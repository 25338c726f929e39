SELECT parent, child, probability, grade, shared, share_of_child, via, reasons, against
FROM views.derivations
WHERE probability >= $least
ORDER BY parent, child
