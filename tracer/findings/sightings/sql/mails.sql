-- how many mail addresses are in the datasets $targets
SELECT dataset, count(*) AS mails FROM membership
WHERE dataset IN (SELECT unnest($targets)) AND key >= $email_base AND key < $key_base
GROUP BY dataset ORDER BY dataset
