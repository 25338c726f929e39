### A list that is offered, checked before it is used.

check-title = Check of an offered list
check-of =
    { $rows ->
        [one] One row
       *[other] { $rows } rows
    } with { $n } different { $n ->
        [one] contact
       *[other] contacts
    }, from { $seller }, checked against the lists of this case as of { $day }. Nothing of the list is kept.
check-same-file = This file is { $datasets }, byte for byte.
check-loaded = This file is loaded as { $datasets } (an offer), with which it is not compared.

# What to make of it
check-do-not-use = Do not use it: { ANY($reasons) }.
check-because-refused = { $n } people in it have refused to be contacted
check-because-copy = it holds records from the copy that was given to { $recipients }
check-because-planted =
    { $n ->
        [one] one of your planted records is in it, which may be chance
       *[other] { $n } of your planted records are in it: it comes from you or from somebody who has your list of them
    }
check-because-claims = the data contradict what the seller says ({ ANY($kinds) })
check-look-first = Look into this first: { ANY($reasons) }.
check-first-own = { $n } of your own customers are in it: find out how they got out
check-first-same = it is { $datasets }, byte for byte
check-first-columns = not all of its columns were read (see how it was read)
check-first-unread = { $n } of its rows or contacts could not be compared with all lists
check-not-new =
    Do not pay for all of it as new: { $hidden ->
        [range] at least { $low }
       *[exact] { $low }
    } of it is in lists that this case holds already.
check-nothing-else = Nothing else here speaks against it; that is not proof.
check-no-lists = This case holds no list to compare it with.
check-nothing = Nothing here speaks against it. That is not proof.
check-small = It has fewer than { $least } contacts, so it is not compared with any list.

# New and known
check-known = What is new
check-recycled =
    { $hidden ->
        [range] At least { $n } of its { $whole } contacts ({ $low })
       *[exact] { $n } of its { $whole } contacts ({ $low })
    } are in lists that this case holds already.
check-recycled-none = No list of the case shares { -least } or more contacts with it.
check-unseen =
    { $n ->
        [one] One is hashed or masked
       *[other] { $n } are hashed or masked
    } and could not be compared with all lists: whether new or not is open.
check-new =
    { $n ->
        [one] One contact is new here.
       *[other] { $n } are new here.
    }
check-in-register = { $n } are in a public register.
check-more-lists =
    { $n ->
        [one] One more list has fewer of them.
       *[other] { $n } more lists have fewer of them.
    }
check-col-list = List
check-col-holder = Held by
check-col-since = Known since
check-col-people = Contacts in it
check-col-claim = The seller says
check-col-verdict = Result
check-col-why = Why

# People
check-people = People who refused, and your customers
check-refused-none = Fewer than { -least } people in it, or none, are in the lists of refusals.
check-refused = { $n } people in it have refused to be contacted, by all lists of refusals together.
check-own-none = None of your own lists shares { -least } or more people with it.
check-own = { $n } of its contacts are your own customers.

# Origin and claims
check-origin = Where it comes from
check-planted =
    { $n ->
        [one] One of your planted records is in it.
       *[other] { $n } of your planted records are in it.
    }
check-claims = What the seller says
check-claim-fresh = freshly collected
check-claim-first-hand = first hand
check-claim-value = { $kind }: { $value }
check-claim-counted =
    It has { $n } different { $n ->
        [one] contact
       *[other] contacts
    } in { $rows ->
        [one] one row.
       *[other] { $rows } rows.
    }
check-claim-shared = { $n } of its numbers are in lists that it cannot have fed; by chance { $expected } would be.
check-claim-release = Its planted records are those of copy { $release }.
check-claim-source = It was copied from { $source }.
check-claim-held = { $n } of its contacts are in lists that others have, which the test could not use as witnesses.
check-claim-resold = Those lists may have been made from this one.
check-claim-older = { $n } of its contacts were in a list before that day, the first on { $day }.
check-claim-not-older = No list of before that day shares { -least } or more contacts with it. Others may.
check-claim-no-lists = The case has no list of before that day to compare it with.
check-claim-refused = { $n } people in it have refused to be contacted.
check-claim-given-to-you = It holds records of your own customers, who gave their data to you and not to the seller.

# Limits
check-cannot = What cannot be known from this
check-cannot-rejected =
    { $n ->
        [one] One row holds no readable number or address and was not compared.
       *[other] { $n } rows hold no readable number or address and were not compared.
    }
check-cannot-masked =
    { $n ->
        [one] One row is masked. It may be anybody’s.
       *[other] { $n } rows are masked. They may be anybody’s.
    }
check-cannot-hashed =
    { $n } contacts are hashes. They are compared with equal hashes, your own lists, refusals and copies, not with lists
    of others.
check-cannot-refused = The case holds no list of refusals, so people who refused were not looked for.
check-cannot-own = The case holds no list of your own customers.
check-cannot-seller =
    The case knows no party { $seller }, so nothing that it holds of the seller was used.{ $near ->
        [none] {""}
       *[other] {" "}Did you mean { $near }?
    }
check-cannot-copies = No planted record or copy of yours was found. Without copies on record, none can be.
check-cannot-days = Some lists of the case have no day, so since when they were known is open.
check-cannot-small = Fewer than { $least } people in common with a list are counted as none.
check-cannot-elsewhere = Lists that this case does not hold may have the same people. Nothing here shows consent.

# Before buying
check-before = If you must check before you buy
check-before-1 =
    A promise in a contract does not suffice. Who uses the data must be able to show that each person agreed, before
    the first call or message.
check-before-2 =
    Ask for, and keep: where and when each contact was collected, the words that people agreed to, and to whom the list
    was given before.
check-before-3 = Keep this page with your decision: what was checked, on which day, and against what.
check-before-4 = This is orientation, not legal advice.

# The record
check-read = How it was read
check-record = What was checked
check-record-file = File { $file }, { $bytes } bytes.
check-record-hash = SHA-256: { $hash }
check-record-entry = Checked at { $at }; entry { $entry } of the case’s journal.
check-record-again = This file was checked in this case before: { $days }.
check-record-once = This file was not checked in this case before.
