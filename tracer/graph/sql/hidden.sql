SELECT id, parents, children, contacts, probability, reasons
FROM hidden
WHERE superseded IS NULL AND probability >= $least
ORDER BY id
