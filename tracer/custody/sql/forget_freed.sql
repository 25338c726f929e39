-- what a draw of the copies $ids made up for canaries that are free again is theirs no longer; what they came with stays
UPDATE canary SET
    name = CASE WHEN list_contains(p.made, 'name') THEN NULL ELSE canary.name END,
    organisation = CASE WHEN list_contains(p.made, 'organisation') THEN NULL ELSE canary.organisation END,
    address = CASE WHEN list_contains(p.made, 'address') THEN NULL ELSE canary.address END
FROM code_position AS p
WHERE p.canary = canary.no AND p.made IS NOT NULL AND canary.no IN (SELECT canary FROM temp.freed_now)
    AND p.draw IN (
        SELECT json_extract_string(design, '$.draw') FROM release WHERE drawn AND id IN (SELECT unnest($ids))
    )
