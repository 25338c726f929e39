-- every text that calls, messages and complaints show as their caller, and the numbers of lines (`read_callers`)
SELECT caller AS shown FROM call_record
UNION SELECT caller FROM signal WHERE channel <> 'email'
UNION SELECT caller FROM complaint
UNION SELECT trim(unnest(numbers)) FROM line
