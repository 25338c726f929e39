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
-- column reading text: retained, passed_on or held
-- column after_end boolean: held after the end date; null where it cannot be told
-- column probability number: of this reading
-- column grade text: G0 to G5
-- column reasons list: what speaks for it
-- column against list: what speaks against it, and who else it could have been
-- column judgement text: a person's decision
SELECT vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, probability, grade, reasons,
    against, judgement
FROM views.retention
WHERE probability >= 0.05 AND ($vendor IS NULL OR vendor = $vendor) AND ($reading IS NULL OR reading = $reading)
ORDER BY probability DESC, vendor, release, seen_in
