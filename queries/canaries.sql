-- Canaries
-- answers: Where is each controlled identity, and where has it turned up?
-- param kind word(@canary_kinds) = none: only this kind
-- param release id = none: only canaries of this release
-- column canary integer: its number in the case
-- column kind text: canary, home, control or reserve
-- column phone text: masked
-- column email text: masked
-- column name text: of the persona
-- column organisation text: of the persona
-- column state text: new, ageing, live, silent, burnt, expired
-- column releases list: the copies that hold it
-- column seen_in list: datasets, loaded after its import, that hold it
-- column signals integer: calls and messages that reached it
SELECT canary, kind, phone, email, name, organisation, state, releases, seen_in, signals
FROM views.canaries
WHERE ($kind IS NULL OR kind = $kind) AND ($release IS NULL OR list_contains(releases, $release))
ORDER BY canary
