-- copies handed out, with the root of the register that was committed before
SELECT release, dataset, recipient, date::VARCHAR AS date, ends::VARCHAR AS ends, purpose, use_basis, rows, canaries,
    withheld, drawn, commitment, evidence
FROM views.releases
ORDER BY release
