-- the lists whose members may be hashed to be found among hashes, and whether they are refusals
SELECT no, origin = 'refusals' FROM dataset WHERE current AND purged_at IS NULL AND format <> 'blind' AND views._enough(contacts) AND hashes < identifiers ORDER BY no
