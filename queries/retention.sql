-- Retention
-- answers: Which vendor kept or passed on a client's list, and was that after the contract's end?
-- param vendor id = none: only this vendor
-- param reading word(retained|passed_on|held) = none: only this reading
-- column vendor id: who received the release
-- column client id: whose list it was
-- column release id: the copy
-- column dataset id: the client's dataset
-- column seen_in id: the dataset in which it was found
-- column seen_with id: who held that
-- column first_seen date: when it was first seen there
-- column ends date: the last day on which the copy might be held
-- column reading text: retained, passed_on or held
-- column after_end boolean: held after the end date; null where it cannot be told
-- column probability number: of this reading
-- column grade text: G0 to G5
-- column reasons list: what speaks for it
-- column against list: what speaks against it, and who else it could have been
-- column judgement text: a person's decision, on the copy and the list or on a step that it rests on
-- column without_judgement number: the probability without what persons have judged; null where it rests on no judgement
-- column judged_by text: who decided
-- column judged_on date: on which day
-- column note text: why
SELECT t.vendor, t.client, release, t.dataset, t.seen_in, t.seen_with, t.first_seen, r.ends, t.reading, after_end, probability, grade, reasons,
    against, judgement, without_judgement, judged_by, judged_on, t.note
FROM views.retention t
LEFT JOIN views.releases r USING (release)
WHERE probability >= 0.05 AND ($vendor IS NULL OR vendor = $vendor) AND ($reading IS NULL OR reading = $reading)
ORDER BY probability DESC, vendor, release, seen_in
