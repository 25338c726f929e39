-- (canary, mask): masks of the rows of masked_row(row, mask, role, text) that agree with the forms of a persona
SELECT DISTINCT f.id AS canary, m.mask
FROM temp.masked_row AS m JOIN temp.name_form AS f ON f.role = m.role AND f.form = m.text
ORDER BY canary, mask
