-- contacts of dataset $dataset (a number), and Chinese mobile numbers
SELECT (SELECT contacts FROM dataset WHERE no = $dataset), count(*) FILTER (key BETWEEN 8613000000000 AND 8619999999999)
FROM membership WHERE dataset = $dataset
