-- Pairs of lists that share half of the smaller one's contacts.
SELECT a, b FROM overlap WHERE superseded IS NULL AND shared >= 0.5 * least(a_contacts, b_contacts) ORDER BY a, b
