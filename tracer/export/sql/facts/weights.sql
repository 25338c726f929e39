-- the waterfall behind every derivation that is shown
SELECT parent, child, probability, grade, shared, share_of_child, reasons, against, weights::JSON AS weights
FROM views.derivations
WHERE probability >= 0.05
ORDER BY parent, child
