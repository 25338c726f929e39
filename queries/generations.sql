-- Generations
-- answers: Through how many hands did a dataset come from an ancestor?
-- param dataset id = none: only this dataset or ancestor
-- column ancestor id: the dataset it goes back to
-- column dataset id: the descendant
-- column hands integer: steps from one to the other
-- column probability number: that the shortest way has so many steps; over all numbers of steps it adds up to that of any way
SELECT ancestor, dataset, hands, probability
FROM views.generations
WHERE probability >= 0.05 AND ($dataset IS NULL OR dataset = $dataset OR ancestor = $dataset)
ORDER BY ancestor, hands, dataset
