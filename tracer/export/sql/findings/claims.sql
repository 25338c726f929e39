SELECT claim, party, about, dataset, kind, value, verdict, p_value, numbers, alternatives, grade, speaker, channel, said, quote
FROM views.claims
ORDER BY claim
