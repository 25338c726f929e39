SELECT hidden, parents, children, contacts, probability, reasons
FROM views.hidden
WHERE probability >= $least
ORDER BY hidden
