-- contacts in common of every pair of lists; NULL: too few to be shown
SELECT a, b, shared, a_contacts, b_contacts, expected
FROM views.overlaps
ORDER BY a, b
