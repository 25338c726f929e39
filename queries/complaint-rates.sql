-- Complaint rates
-- answers: How many calls are complained of, by line, vendor, carrier and province, against one in ten thousand?
-- param dimension word(line|vendor|carrier|province) = none: only these rates
-- column dimension text: line, vendor, carrier or province
-- column name text: of which
-- column lines list: its lines
-- column calls integer: calls to others than canaries and controls that the loaded records tell of
-- column complaints integer: all complaints
-- column counted integer: those on days that the calls cover; the rate is of these
-- column rate number: complaints a call; none without records of the line's side
-- column low number: exact 95 % interval
-- column high number: its upper end
-- column p_value number: so many complaints or more where the true rate is 1 in 10,000
-- column needed integer: calls that it takes at least for all complaints to be within 1 in 10,000, at 95 %
SELECT dimension, name, lines, calls, complaints, counted, rate, low, high, p_value, needed
FROM views.complaint_rates
WHERE $dimension IS NULL OR dimension = $dimension
ORDER BY dimension, name
