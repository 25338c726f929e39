INSERT INTO composed
SELECT DISTINCT $number, contact, hash FROM composed_now
WHERE hash IN (SELECT m.key FROM membership m JOIN dataset d ON d.no = m.dataset AND d.current AND d.origin = 'refusals')
