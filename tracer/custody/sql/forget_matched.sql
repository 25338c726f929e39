-- what blind datasets share with dataset $id and with no other list and no controlled identity
DELETE FROM blind_match
WHERE key IN (SELECT key FROM membership WHERE dataset IN (SELECT no FROM dataset WHERE id = $id))
    AND key NOT IN (SELECT key FROM membership WHERE dataset NOT IN (SELECT no FROM dataset WHERE id = $id))
    AND key NOT IN (SELECT phone FROM canary WHERE phone IS NOT NULL UNION SELECT email FROM canary WHERE email IS NOT NULL)
    AND key NOT IN (SELECT key FROM canary_key)
