SELECT parent, child, probability, grade FROM derivation WHERE superseded IS NULL ORDER BY run, parent, child
