-- the lines and days on which there were calls, and what they are tied to
SELECT DISTINCT line, carrier, province, day FROM line_event WHERE line IS NOT NULL AND channel = 'call' ORDER BY ALL
