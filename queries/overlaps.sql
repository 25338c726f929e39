-- Overlaps
-- answers: Which pairs of datasets share 20 contacts or more, and how many would independent lists share?
-- param dataset id = none: only pairs with this dataset
-- column a id: the first dataset of the pair
-- column b id: the second
-- column shared count: contacts in both
-- column a_contacts integer: contacts of the first
-- column b_contacts integer: contacts of the second
-- column expected measure: what independently collected lists of that kind would share
-- column excess measure: how far the overlap exceeds that
-- column p_value measure: chance of so large an overlap between independent lists
-- column recomputable boolean: false where the contents of either were purged: it is shown as it was then
SELECT a, b, views._told(shared) AS shared, a_contacts, b_contacts,
    views._told(expected) AS expected, views._told(excess) AS excess,
    views._told(p_value) AS p_value, recomputable
FROM views.overlaps
WHERE $dataset IS NULL OR a = $dataset OR b = $dataset
ORDER BY a, b
