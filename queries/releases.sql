-- Releases
-- answers: Which copies were handed to whom, for how long, and how are they marked?
-- param recipient id = none: only copies for this party
-- column release id: the copy
-- column dataset id: of which dataset
-- column recipient id: who received it
-- column date date: when
-- column ends date: the day after which nothing may be held
-- column purpose text: for what
-- column use_basis text: the lawful basis of use
-- column rows integer: rows of the copy
-- column canaries integer: canaries in it
-- column withheld integer: rows left out of it
-- column file text: name of the copy's file, if the tool wrote it
-- column commitment text: root of the register that was committed before it left
SELECT release, dataset, recipient, date, ends, purpose, use_basis, rows, canaries, withheld, file, commitment
FROM views.releases
WHERE $recipient IS NULL OR recipient = $recipient
ORDER BY release
