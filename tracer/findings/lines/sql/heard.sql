-- All calls and messages that records tell of, each once: a switch's log and a telephone's own may tell of the same one.
CREATE OR REPLACE TEMP TABLE line_heard AS
SELECT "at", channel, caller, called FROM call_record
UNION
SELECT "at", channel, caller_digits(caller, $code), called_key FROM signal
WHERE "at" IS NOT NULL AND caller IS NOT NULL AND channel <> 'email'
