-- One identifier in every list that lacks it.
INSERT INTO membership
SELECT no, $key, 0 FROM dataset WHERE no NOT IN (SELECT dataset FROM membership WHERE key = $key);
