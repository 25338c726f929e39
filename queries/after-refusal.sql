-- After refusal
-- answers: How many people were handed on, called, or complained of a call, after they had refused?
-- param refusals id = none: only refusals of this list
-- column refusals id: the list of refusals
-- column client id: whom they refused
-- column what text: released, called or complained
-- column of id: the release, or the line whose number was shown; none where no line is known
-- column party id: the recipient, or the line's vendor
-- column people integer: distinct
-- column events integer: copies or calls
-- column own boolean: whether they refused the client whose list it was; none where it is not known for whom was called
-- column first_day date: first
-- column last_day date: last
SELECT refusals, client, what, of, party, people, events, own, first_day, last_day
FROM views.after_refusal
WHERE $refusals IS NULL OR refusals = $refusals
ORDER BY refusals, what, of, party
