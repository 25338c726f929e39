SELECT id, dataset, recipient, date, ends, drawn, commitment, design FROM release ORDER BY id
