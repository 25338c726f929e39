-- whom of the case's lists, and of those who were called, a list of refusals that holds hashes means
INSERT INTO refused
SELECT f.refusals, f.client, h.key, f.contact, f.row, f.day, f.dated
FROM temp.hash_match h JOIN dataset d ON d.no = h.dataset JOIN refused f ON f.refusals = d.id AND f.key = h.hash
