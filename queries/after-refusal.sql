-- After refusal
-- answers: How many people were handed on, called, complained of a call, or were in a list, after they had refused or with the order unknown?
-- param refusals id = none: only refusals of this list
-- column refusals id: the list of refusals; none for all together, where that is more than the largest
-- column client id: whom they refused; none for all together
-- column what text: released, called, complained, listed; inside: in a list, and whether they had refused before is not known; later: they refused later
-- column of id: the release, the line whose number was shown, or the list; none where no line is known
-- column party id: the recipient, the line's vendor, or the list's holder
-- column people integer: distinct, from 20 on
-- column events integer: copies or calls
-- column own boolean: whether they refused the client whose list it was; none where it is not known for whom was called
-- column first_day date: first; of a list the day on which it is known to have held them
-- column last_day date: last
-- column refused_from date: the first day on which one of them refused; none where it is not known
-- column refused_to date: the last
-- column known_by text: what the day of a list is: created, exported or obtained
-- column collected_under text: lawful basis of collection that is stated of a list
-- column used_under text: lawful basis of use that is stated of it
SELECT refusals, client, what, of, party, people, events, own, first_day, last_day, refused_from, refused_to, known_by, collected_under, used_under
FROM views.after_refusal
WHERE $refusals IS NULL OR refusals = $refusals
ORDER BY refusals, what, people DESC, of, party
