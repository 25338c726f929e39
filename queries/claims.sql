-- Claims
-- answers: What do parties say of their goods, and what do the data say of that?
-- param party id = none: only what this party says, or what is said about it
-- param kind word(@claim_kinds) = none: only this kind
-- param verdict word(supported|contradicted|consistent|untestable|untested) = none: only this verdict
-- column claim id: the claim
-- column party id: who says it
-- column about id: whose dataset, platform or lines
-- column dataset id: the dataset it is about
-- column kind text: what is claimed
-- column value scalar: the claimed number, where there is one
-- column verdict text: what the data say
-- column p_value number: of the headline test
-- column numbers json: what was counted
-- column alternatives list: other explanations
-- column speaker text: who spoke
-- column channel text: phone, chat, website …
-- column said date: when
-- column quote text: the words
-- column grade text: G0 to G5
-- column evidence list: ids
SELECT claim, party, about, dataset, kind, value, verdict, p_value, numbers, alternatives, speaker, channel, said, quote,
    grade, evidence
FROM views.claims
WHERE ($party IS NULL OR party = $party OR about = $party) AND ($kind IS NULL OR kind = $kind)
    AND ($verdict IS NULL OR verdict = $verdict)
ORDER BY claim
