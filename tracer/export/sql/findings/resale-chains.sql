SELECT parties AS chain, datasets, grade, first_seen, last_seen
FROM views.chains
ORDER BY grade DESC, len(parties) DESC, parties, datasets
