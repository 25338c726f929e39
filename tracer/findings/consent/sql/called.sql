-- Calls and messages to people after their refusal, and complaints of such calls, by the line whose number was shown. A
-- complaint of a call that records tell of as well is counted with the complaints only.
INSERT INTO after_refusal (run, refusals, client, what, of, party, people, events, own, first_day, last_day, refused_from, refused_to)
WITH event AS (
    SELECT 'called' AS what, line, vendor, called, day, "at" FROM line_event WHERE NOT controlled
    UNION ALL
    SELECT 'complained', line, vendor, called, day, "at" FROM line_complaint WHERE called IS NOT NULL
)
SELECT $run, f.refusals, f.client, e.what, e.line, e.vendor, count(DISTINCT f.contact), count(DISTINCT (e.called, e."at")), NULL, min(e.day), max(e.day), min(f.day), max(f.day)
FROM event e JOIN refused f ON f.key = e.called AND f.day < e.day
GROUP BY f.refusals, f.client, e.what, e.line, e.vendor
ORDER BY ALL
