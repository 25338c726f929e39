-- Silence
-- answers: What does it exclude that the canaries of a copy were not reached?
-- param release id = none: only this release
-- column release id: the copy
-- column recipient id: who received it
-- column medium text: phone or email
-- column watched integer: its canaries that the loaded records cover
-- column hit integer: those that were reached, by any caller
-- column first_day date: watched from
-- column last_day date: watched until
-- column excluded number: where none was reached: no campaign in these days called so large a share of the copy, at 95 %
SELECT release, recipient, medium, watched, hit, first_day, last_day, excluded
FROM views.silence
WHERE $release IS NULL OR release = $release
ORDER BY release, medium
