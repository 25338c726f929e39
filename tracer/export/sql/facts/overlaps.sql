-- contacts in common of every pair of lists; NULL: fewer than 20
SELECT a, b, shared, a_contacts, b_contacts, expected
FROM views.overlaps
ORDER BY a, b
