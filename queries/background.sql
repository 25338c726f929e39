-- Background
-- answers: How often are numbers called that were given to no one?
-- column medium text: phone or email
-- column numbers integer: controls
-- column months number: number-months in which they were watched
-- column hits integer: signals that reached them
-- column rate number: hits a month and number; empty without controls
-- column low number: lower end of the exact 95 % interval
-- column high number: upper end
SELECT medium, numbers, months, hits, rate, low, high
FROM views.background
ORDER BY medium
