-- Rows of a list in which addresses with a tag name something, and whether it is $word: (row, its)
SELECT v.row, bool_or(v.word = $word) AS its
FROM {voted} AS v JOIN dataset AS d ON d.no = v.dataset
WHERE d.id = $dataset AND v.form = 'tag'
GROUP BY v.row ORDER BY v.row
