-- How many people of each list name what: (dataset, word, shown, votes, addresses). `shown`: whether the word may be shown:
-- a known name, or a word that $several people of the case write.
WITH spread AS (
    SELECT word, bool_or(service IS NOT NULL) OR count(DISTINCT person) >= $several AS shown FROM {voted} GROUP BY word
), whole AS (
    SELECT dataset, count(DISTINCT person) AS addresses FROM {voted} GROUP BY dataset
)
SELECT d.id, v.word, s.shown, count(DISTINCT v.person) AS votes, w.addresses
FROM {voted} AS v JOIN spread AS s USING (word) JOIN whole AS w USING (dataset) JOIN dataset AS d ON d.no = v.dataset
GROUP BY ALL ORDER BY d.id, votes DESC, v.word
