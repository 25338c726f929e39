-- The cells of one part of dataset $number; $before: rows of the dataset before the part. Rows that only name again a contact
-- of an earlier row are left out.
SELECT {cells}
FROM {raw} AS r
WHERE r.row + $before NOT IN (
    SELECT d.row FROM duplicate AS d WHERE d.dataset = $number
    EXCEPT SELECT m.row FROM membership AS m WHERE m.dataset = $number
)
ORDER BY r.row
