-- All calls and messages that records tell of, each once: a switch's log and a telephone's own may tell of the same one.
CREATE OR REPLACE TEMP TABLE line_heard AS
SELECT r."at", r.channel, c.number AS caller, r.called FROM call_record r JOIN line_caller c ON c.shown = r.caller
UNION
SELECT s."at", s.channel, c.number, s.called_key FROM signal s JOIN line_caller c ON c.shown = s.caller
WHERE s."at" IS NOT NULL AND s.channel <> 'email'
