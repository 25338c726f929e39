-- Calling rules
-- answers: Which rules are calls held against?
-- column rule id: its name
-- column kind text: hours, per_number (calls a day to one number), per_caller (from one number), complaints (a call)
-- column carrier id: only lines of this carrier
-- column province text: only lines of this province
-- column since date: only calls from this day on
-- column until date: and up to this one
-- column earliest text: local time
-- column latest text: local time; a call at this minute is too late
-- column at_most number: calls a day, or complaints a call
-- column default_table boolean: the table that ships with the tool
SELECT rule, kind, carrier, province, since, until, earliest, latest, at_most, default_table
FROM views.calling_rules ORDER BY rule
