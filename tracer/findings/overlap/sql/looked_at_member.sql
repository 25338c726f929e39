-- pattern_member.sql of the memberships that are looked at
SELECT p.pattern, t.position
FROM pattern AS p
JOIN looked_at AS m ON m.key = p.example
JOIN traced AS t ON t.no = m.dataset;
