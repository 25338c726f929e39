-- Removes the keys of those people of dataset $id whom services were asked for. Those that the register of its copies
-- holds in any case stay, under the register's key: so the answers say of each copy what they said before.
WITH own AS (
    SELECT q.plan, q.no, q.key, coalesce(a.contact, q.key) AS contact
    FROM probe_question AS q LEFT JOIN contact_alias AS a
        ON a.key = q.key AND a.dataset IN (SELECT no FROM dataset WHERE id = $id)
    WHERE q.key IS NOT NULL AND q.plan IN (SELECT id FROM probe_plan WHERE dataset = $id)
), registered AS (
    SELECT key FROM withheld WHERE release IN (SELECT id FROM release WHERE dataset = $id)
    UNION SELECT key FROM withdrawn_withheld WHERE release IN (SELECT id FROM withdrawn_release WHERE dataset = $id)
), left_of AS (
    SELECT own.plan, own.no, min(r.key) AS key
    FROM own LEFT JOIN registered AS r ON r.key = own.contact
    GROUP BY ALL
)
UPDATE probe_question SET key = l.key
FROM left_of AS l
WHERE probe_question.plan = l.plan AND probe_question.no = l.no AND probe_question.key IS DISTINCT FROM l.key
