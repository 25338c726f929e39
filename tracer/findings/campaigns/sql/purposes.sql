-- releases with a purpose, and the days on which it may be followed; without an end nothing can be told to be outside
SELECT id, purpose, date, ends FROM release
WHERE purpose IS NOT NULL AND date IS NOT NULL AND ends IS NOT NULL
ORDER BY id
