-- numbers (keys below $end) of dataset $dataset (a number), mobile ones, and those that may be either: `{mobile}` and `{either}`
-- are SQL for whether `key` is one
SELECT count(*), count(*) FILTER ({mobile}), count(*) FILTER ({either})
FROM membership WHERE dataset = $dataset AND key < $end
