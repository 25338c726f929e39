-- Parties
-- answers: Who takes part, in which role, and who may be the same?
-- param role word(@roles) = none: only this role
-- column party id: the party
-- column name text: its name; (protected) for protected sources
-- column role text: its role
-- column registration text: its number in a company register
-- column province text: where it is registered
-- column industry text: what it deals in
-- column protected boolean: a protected source
-- column aliases list: other names
-- column datasets integer: current datasets it holds
-- column merged_into id: the party it turned out to be
-- column may_be list: parties it may be, for a person to merge
-- column reply list: its right of reply: answered, asked, no reply by the deadline, not asked
SELECT p.party, p.name, p.role, p.registration, p.province, p.industry, p.protected, p.aliases, p.datasets, p.merged_into,
    coalesce((SELECT list(CASE WHEN s.a = p.party THEN s.b ELSE s.a END ORDER BY s.score DESC, s.a, s.b)
        FROM views.party_suggestions s WHERE s.a = p.party OR s.b = p.party), []) AS may_be,
    coalesce((SELECT list(DISTINCT r.state ORDER BY r.state) FROM views.replies r WHERE r.party = p.party), []) AS reply
FROM views.parties p
WHERE $role IS NULL OR p.role = $role
ORDER BY p.party
