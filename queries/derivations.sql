-- Derivations
-- answers: Which dataset was copied from which, how surely, and what speaks against it?
-- param dataset id = none: only edges that touch this dataset
-- param grade word(G0|G1|G2|G3|G4|G5) = G0: this grade or better
-- column parent id: the dataset that was copied
-- column child id: the copy
-- column kind text: copy; version: an older and a newer state of one holder's list; exchange: each took from the other
-- column direction text: told, or not_told: then neither direction is above a half
-- column probability number: that the data went there through no third loaded dataset
-- column grade text: G0 to G5
-- column shared count: contacts in both
-- column parent_contacts integer: contacts of the parent
-- column child_contacts integer: contacts of the child
-- column share_of_child measure: the part of the child that the parent has
-- column via id: a proposed hidden dataset on the way
-- column reasons list: what speaks for it
-- column against list: what speaks against it
-- column judgement text: a person's decision
-- column without_judgement number: the probability without that decision
-- column judged_by text: who decided
-- column judged_on date: on which day
-- column note text: why
SELECT parent, child, kind, direction, probability, grade, views._told(shared) AS shared, parent_contacts,
    child_contacts, views._told(share_of_child) AS share_of_child, via, reasons, against, judgement, without_judgement,
    judged_by, judged_on, note
FROM views.derivations
WHERE probability >= 0.05 AND grade >= $grade AND ($dataset IS NULL OR parent = $dataset OR child = $dataset)
ORDER BY probability DESC, parent, child
