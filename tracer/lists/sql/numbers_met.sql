-- how many of some numbers are in the case's lists, also where the current catalogue is without what these hold
SELECT count(DISTINCT key) FROM {catalog}.main.membership
WHERE key IN (SELECT unnest($keys::BIGINT[])) AND dataset IN (SELECT no FROM {catalog}.main.dataset WHERE current)
