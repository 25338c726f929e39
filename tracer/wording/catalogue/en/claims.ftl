### Verdicts on claims: why one cannot be tested, what else would explain it, and what it takes for granted.

claim-other = Data cannot test a statement of this kind.
claim-no-list = { $dataset } is not in the case.
claim-list-removed = The contents of { $dataset } were removed.
claim-list-small = { $dataset } has fewer than { $least } contacts.
claim-no-testable-list = The claim names no list, and none of the party’s lists can be tested.
claim-no-number = The claim gives no number.

# Random numbers
claim-few-mobiles = The list has fewer than { $least } telephone numbers.
claim-no-blocks =
    Fewer than { $least } of its numbers belong to a numbering plan whose number blocks are known. Without blocks, random
    numbers cannot be compared with real ones. A segment table of that country makes the test possible.
claim-no-witness = The case has no other list that is known to be real and was not copied from this one.
claim-witness-elsewhere = The lists that are known to be real have no numbers of the plans that this list has numbers of.
claim-not-random = These numbers do not fit random generation. Whose list they came from is not shown here.
claim-random-in = That the numbers are also in { $lists } does not show whose list they came from.
claim-scrubbed-settled =
    Random numbers that were checked for live ones meet real lists more often, because both hold live numbers. But they
    do not carry the right names, and do not reach numbers that are out of use.
claim-scrubbed-open =
    The list does not fit plain random numbers. It fits random numbers that were checked for live ones: they meet real
    lists more often, because both hold live numbers.
claim-partly-random = Part of the list may still be random numbers.
claim-uneven = Its last digits or runs of numbers do not fit an even draw. That does not show copying.
claim-power =
    If 1% of the list came from lists in the case, this test would notice it with a probability of { $power }.
claim-unknown-source = A list copied from sources outside the case would look the same.

# Business contacts and public sources
claim-owners-are-consumers =
    Company owners are consumers too. Some of these people may be in the list because of their company.
claim-live-numbers = Assumption: a block of { $block } numbers in use has at least { $live } live ones.
claim-consumers-elsewhere = The lists of consumers in the case have no numbers of the plans that this list has numbers of.
claim-consumers-untold =
    How many of its contacts would be in lists of consumers by chance is only known for telephone numbers.
claim-no-companies = The list names no companies, and the case has no list of consumers to compare it with.
claim-staff-numbers =
    A number listed under a company may be an employee’s own. Employees’ own numbers are personal data.
claim-published-elsewhere =
    A consumer may have published the number too, in a source that is not in the case.
claim-public-not-taken = The contacts are public. That does not show that they were taken from a public source.
claim-no-public-source = The case has no public source, and no list of consumers to compare the list with.
claim-other-public-sources = Contacts that the public sources in the case do not explain may come from other ones.

# Size and growth; two statements
claim-two-statements = Only two statements are compared. At least one of them is false; which one is not shown.
claim-two-lists-needed = The test needs two lists of this holder that are not copies of each other.
claim-uneven-entries =
    If some entries are delivered more often than others, the estimate is too low. Random samples of each part would
    avoid that.
claim-own-samples = Assumption: each list is a separate sample of what the platform holds.
claim-separate-lots = Lots that are sold without repetition have nothing in common, however small the platform is.
claim-lists-too-small = The lists are too small: a platform of a tenth of the claimed size would mostly go unnoticed.
claim-two-snapshots-needed = The test needs two dated snapshots of one query of this holder.
claim-size-unknown = No size was claimed. Snapshots of a part then only show the least by which the whole grew.
claim-one-query = Assumption: the snapshots come from one query, and what it covers grows like the rest.
claim-size-as-claimed = Assumption: the platform is as large as claimed. A smaller one grows by less.

# Origin
claim-copy-named = The copy is identified. Who made the list is not shown.
claim-partly-own = Part of the list may still be the party’s own.
claim-perhaps-copied = It was probably copied from { $source }, but that is not certain enough ({ $probability }).
claim-origin-unknown = The case has neither a party nor a list “{ $name }”.
claim-origin-no-list = No list of { $party } that can be compared is in the case.
claim-origin-before = { $dataset } was there by { $there }, before { $day }.
claim-origin-reverse = { $source } was copied from { $dataset }, not the other way round.
claim-origin-open = No list of { $party } in the case is shown to be its source, or ruled out.
claim-origin-unseen = { $party } may have passed on a list that is not in the case.
claim-no-other-list = The case has no list of another party.
claim-source-unseen = A source outside the case would leave no trace.
claim-chain-longer = The supply chain known here does not begin with a carrier. It may be longer.
claim-relations = This rests on the relations between parties that are stated in the case.
claim-stated-hand = Through how many hands the line came is as stated in the case. It was not measured.
claim-supplier-unknown = Who supplies this vendor with lines is not known.

# Copies kept after the end
claim-other-holders =
    The client itself or another recipient may be the source instead. The finding on
    { $dataset } and { $release } weighs them.
claim-kept-perhaps =
    It held { $dataset } on { $seen }, after the use of { $release } ended ({ $ends }). That this list came from that copy is
    { SURE($probability) }.
claim-kept-hashed =
    It held { $dataset } on { $seen }, after the use of { $release } ended ({ $ends }). The list has { $matched } of
    { $client }’s contacts as hashes. Which copy they came from cannot be told.
claim-passed-on = It passed { $release } on. That does not show that it still had the copy after the end.
claim-no-copy = No copy in the case was given to this party.
claim-no-end = No copy given to this party has an end date, so there is nothing it had to delete.
claim-no-later-list = The case has no list that this party held after the end of a copy.
claim-perhaps-kept =
    { $vendor } probably still held the records of a copy in { $dataset } after its end, but that is not certain enough
    ({ $probability }).
claim-kept-elsewhere = What a party keeps elsewhere and shows to no one leaves no trace.

# Consent
claim-agreed-again = People who refused calls may have agreed later. Dates of consent are not in the case.
claim-stated-basis = This rests on the legal basis stated in the case, not on a count.
claim-no-basis = No legal basis is stated, and the case has no list of refusals.
claim-nobody-refused =
    Fewer than { -least } people are known to have refused before. That does not show that anybody agreed.
claim-refused-others =
    People in it had refused through another party’s list or a register. They may have agreed to this party all the same;
    dates of consent are not in the case.
claim-copies-without-basis =
    Copies were handed over without a legal basis for their use. That does not show how the list was collected.
claim-bundled-consent =
    Consent was part of general terms. That is counted separately: it covers neither calls nor passing data on.

# Lines and calls
claim-no-line = The case has no line of this party.
claim-caller-forged = A caller’s number can be forged. It does not prove which line was used.
claim-no-rate = The claim gives no rate between 0 and 1, such as 0.0001.
claim-no-call-records = The case has no records of the line’s own calls, so a complaint rate cannot be computed.
claim-few-complain = Not everyone complains, and not every complaint is in the case.
claim-no-cards = The claim gives no number of SIM cards.
claim-few-calls = Fewer than two calls show a number of these lines.
claim-uneven-cards = If some SIM cards are used more than others, the pool looks smaller than it is.
claim-no-repeat = No caller’s number appeared twice, so the pool has no upper limit.
claim-no-day = The claim names no day, and when it was made is not known.
claim-no-later-day = No record and no complaint is from a later day.
claim-no-earlier-day = No record is from an earlier day, so the number of forged calls before is not known.
claim-robots-noted = Only calls whose text mentions a robot are counted. Others may be missing.
claim-replaced-numbers = Other numbers may have replaced these.
claim-never-called = No call showed a number of these lines before that day either.
claim-few-days = So few days can pass without a call by chance.

# Messages to members
claim-message-forged = Sender and text can be forged by someone who wants to blame the party.
claim-entered-as-member = Someone who had the copy may have registered a planted record as a member.
claim-controls-reached =
    The messages also reached control numbers, which were given to no one. They go to any number, or were forged.
claim-only-plain-messages =
    The party’s ordinary messages reached planted records. Flash SMS that the records mark as such did not.
claim-sender-unknown =
    Messages reached planted records, but neither sender nor text shows that they are this party’s.
claim-no-message = No such message reached a planted record. Phone records often do not mark flash SMS as such.

# Kinds that plug-ins test
claim-kind-added = a claim of the kind “{ $kind }”
claim-no-plugin = The plug-in that tests claims of the kind “{ $kind }” is not installed.
claim-plugin-failed = The plug-in { $package } failed: { $what }
claim-plugin =
    { $en } (Tested by { $package }.){ $zh ->
       *[other] { "" }
    }
