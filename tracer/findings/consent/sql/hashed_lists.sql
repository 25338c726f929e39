-- the lists that hold hashes, where the case has a list of refusals, and whether they are such
SELECT no, origin = 'refusals' FROM dataset
WHERE current AND purged_at IS NULL AND hashes > 0 AND format <> 'blind' AND views._enough(contacts)
    AND EXISTS (SELECT 1 FROM dataset r WHERE r.current AND r.purged_at IS NULL AND r.origin = 'refusals')
ORDER BY no
