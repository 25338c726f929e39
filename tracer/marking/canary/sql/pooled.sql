-- A canary that is in several releases of the register is one of a pool, whatever it was meant to be.
UPDATE release_canary SET scheme = 'pool'
WHERE canary IN (
    SELECT canary FROM release_canary WHERE canary IN (SELECT canary FROM release_canary WHERE release = $release)
    GROUP BY canary HAVING count(DISTINCT release) > 1
) AND scheme = 'unique' AND release NOT IN (SELECT id FROM release WHERE drawn)
