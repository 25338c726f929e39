SELECT parent, child, probability, grade, shared, parent_contacts, child_contacts, share_of_child, via, reasons, against
FROM derivation
WHERE superseded IS NULL AND probability >= $least
ORDER BY parent, child
