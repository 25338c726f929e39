-- who of the checked list $dataset is in which list of the case: its contacts by the numbers of these lists. Lists that
-- share too few with it have none, but for those of people who refused, which are counted together. One person is one on
-- either side: who writes a number in many forms, or next to many addresses, has found one person.
CREATE OR REPLACE TEMP TABLE check_met AS
WITH mine AS (
    SELECT m.key, coalesce(a.contact, m.key) AS contact
    FROM membership m LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key WHERE m.dataset = $dataset
    UNION
    SELECT h.key, coalesce(a.contact, h.hash)
    FROM temp.hash_match h LEFT JOIN contact_alias a ON a.dataset = h.dataset AND a.key = h.hash WHERE h.dataset = $dataset
), met AS (
    SELECT DISTINCT d.no, d.origin, mine.contact, coalesce(a.contact, h.key) AS theirs
    FROM mine JOIN temp.held_identifier h ON h.key = mine.key AND h.dataset <> $dataset JOIN dataset d ON d.no = h.dataset
    LEFT JOIN contact_alias a ON a.dataset = h.dataset AND a.key = h.key
    WHERE d.current AND d.purged_at IS NULL AND d.format <> 'blind' AND views._enough(d.contacts)
        AND mine.key NOT IN (SELECT key FROM junk WHERE key IS NOT NULL)
)
SELECT no, contact, theirs FROM met
WHERE origin = 'refusals'
    OR no IN (SELECT no FROM met GROUP BY no HAVING views._enough(least(count(DISTINCT contact), count(DISTINCT theirs))))
