-- contacts of dataset $dataset (a number), and mobile numbers: `{mobile}` is SQL for whether `key` is one
SELECT (SELECT contacts FROM dataset WHERE no = $dataset), count(*) FILTER ({mobile})
FROM membership WHERE dataset = $dataset
