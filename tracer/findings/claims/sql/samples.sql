-- the lists of $party that can be compared, with the day on which they came into being or were obtained
SELECT no, id, contacts, coalesce(created, obtained) AS day FROM dataset
WHERE holder = $party AND current AND purged_at IS NULL AND origin IN ('obtained', 'offer') AND views._enough(contacts)
ORDER BY id
