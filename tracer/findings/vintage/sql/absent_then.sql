-- `absent_then`: contacts of `row_history` that were certainly not in the client's list when release $release was made of
-- it, on day $day or up to $lag days before: added later, or gone by then.
INSERT INTO absent_then
SELECT $release, key FROM row_history WHERE NOT contact AND (added_after > $day + 0.25 OR gone_by <= $day - $lag)
