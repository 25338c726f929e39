-- Sales
-- answers: Which sales, documented or alleged, do the contents of the lists agree with, and which not?
-- param party id = none: only sales of or to this party
-- param lang language = en: language of the text
-- column state text: agrees, disagrees, open (copied, but the direction cannot be told), no tie
-- column seller id: who sold
-- column buyer id: to whom
-- column date date: day of the sale
-- column basis text: documented, or alleged
-- column evidence list: the documents
-- column parent id: of a list of each, the one that the other was likelier copied from
-- column child id: the other
-- column grade text: of that derivation
-- column probability number: of that direction
-- column opposite number: of the other direction
-- column judgement text: a person's decision, where the state would be another without it
-- column state_without_judgement text: the state without what persons have judged; null where it is the same
-- column judged_by text: who decided
-- column judged_on date: on which day
-- column note text: why
-- column text sentence: the same in words
SELECT state, seller, buyer, date, basis, evidence, parent, child, grade, probability, opposite,
    judgement, state_without_judgement, judged_by, judged_on, note,
    {'code': CASE state WHEN 'disagrees' THEN 'sale-reversed' ELSE 'sale-' || replace(state, ' ', '-') END,
     'numbers': json_object('seller', json_object('party', seller), 'buyer', json_object('party', buyer),
        'day', CASE WHEN date IS NOT NULL THEN json_object('day', date) END,
        'documents', CASE WHEN basis = 'alleged' THEN json_object('code', 'sale-alleged', 'numbers', json_object('documents', CASE WHEN len(evidence) > 0 THEN list_transform(evidence, lambda id: json_object('id', id)) END)) ELSE list_transform(evidence, lambda id: json_object('id', id))::JSON END,
        'parent', json_object('dataset', parent), 'child', json_object('dataset', child),
        'probability', json_object('probability', probability), 'opposite', json_object('probability', opposite))::VARCHAR} AS text
FROM views.sales
WHERE $party IS NULL OR seller = $party OR buyer = $party
ORDER BY state = 'disagrees' DESC, probability DESC NULLS LAST, relation
