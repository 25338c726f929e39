### The words of the report that the page does not have.

report-kind = Report on the provenance of contact lists
report-as-of = As of { $date }. Made with tracer { $version }.
report-summary = Summary
report-summary-scope =
    The tool compared { $lists } lists with { $rows } records from { $holders } holders. Copies on record: { $copies }.
    Findings below, the weightiest first: { $n }.
report-summary-purged =
    Lists whose contents were purged: { $n }. They are not counted above. Findings about them stay as they were
    before.
report-purged = contents purged { $date }
report-summary-none = There are no findings to report.
report-summary-more =
    { $n ->
        [one] One more finding follows
       *[other] { $n } more findings follow
    } below.
report-summary-held =
    { $n ->
        [one] One further list is with a recipient that is still entitled to hold it.
       *[other] { $n } further lists are with recipients that are still entitled to hold them.
    }
report-summary-weak = Findings below 50% that are not listed: { $n }.
report-summary-reading = How to read this
report-summary-grades =
    G0 somebody’s word; G1 overlap above chance; G2 direction or date supported; G3 copy identified by planted
    records with a chance of error of 1% or less; G4 independently confirmed; G5 document or admission. Planted
    records, also called canaries, are records that we control, put into a copy to recognise it.
report-rests = What it rests on
report-against-it = What speaks against it
report-settle = A document or an admission would settle a finding (grade G5).
report-settle-warnings = Each warning below says what would help.
report-findings = Findings
report-findings-note =
    These are the findings of the summary. + speaks for it, − speaks against it. SHA-256 of each list and document, and
    every reply in full, are in the annexes. How it was found is under Methods.
report-others = Annex: all other findings
report-others-note =
    The weightiest first. + speaks for it, − speaks against it, with what else it could have been. The last line is the
    command that shows all of it again.
report-methods = Methods
report-finds-copy = Copies
report-finds-chain = Chains
report-finds-derivation = Who copied from whom
report-finds-vintage = When records were exported
report-finds-claim = Statements held against the data
report-finds-contradiction = Statements that differ
report-finds-sale = Documented sales
report-finds-refusal = People who had refused
report-finds-line = Telephone lines
report-finding = Finding
report-grade = Grade
report-replies = Right of reply
report-numbers = Numbers
report-for = What speaks for it
report-against = What speaks against it, and who else it could have been
report-against-none = Nothing was found. That does not prove that there is nothing.
report-evidence = Evidence
report-evidence-none = No document is named. The finding rests on the lists.
report-evidence-list = list { $id }
report-evidence-document = document { $id }
report-repeat = To check it again
report-judgement = A person’s decision
report-picture = The picture
report-held = Held in time
report-held-note = Their recipients were still allowed to hold these copies.
report-parties = Parties and their right of reply
report-party = Party
report-id = id
report-role = Role
report-reply = Right of reply
report-lists = Lists
report-list = List
report-holder = Holder
report-obtained = Obtained
report-rows = Records
report-rejected = Without a number
report-hash = SHA-256 of the file
report-copies = Copies handed out
report-copy = Copy
report-recipient = Recipient
report-period = For use
report-planted = Records planted
report-commitment = Root of the register, committed before
report-documents = Documents
report-document = Document
report-kind-of = Kind
report-acquired = Acquired
report-by = By
report-left-out = Left out of this report
report-limits = What this does not say
report-versions = Versions, seeds, and how to repeat it
report-versions-tool = Tool
report-versions-packages = Packages
report-versions-run = Last run of the trace
report-versions-result = Keyed hash (HMAC-SHA-256) of all findings
report-versions-seeds = Seeds
report-versions-seeds-text =
    codes of records { $codes }; planted and withheld records are drawn with secrets of
    the case, to which the registers’ roots commit
report-versions-how =
    The case’s key and the originals with the hashes above give the same findings again, byte for byte:
report-none = –

# Methods
report-method-copy =
    The tool compares the list with every copy that was handed out. A copy’s planted records are records under our
    control that are in this copy and in no other. How many would be met by chance is computed from the numbers in
    use in the same blocks. Withheld records, order and dates count as well. The client itself and every other
    recipient are always among the alternatives.
report-method-derivation =
    The tool counts what two lists share, and how much of it other lists explain as well. What a copier leaves behind
    shows the direction: records, errors, ways of writing and dates. The probability is the mean of two readings of
    this evidence, learnt on lists whose past is known. 95% or more is stated only where both agree.
report-method-vintage =
    Lists change with time: records come and go. Which of the client’s records are in the list, and which are
    missing, shows between which days they were exported (95%). The days in the records or the client’s
    successive lists give these days. Copies dated in that time fit, others do not. This dates the export only. It
    does not show who kept the copy.
report-method-claim =
    The tool computes what the lists would show if the statement were true, and compares it with what they show.
report-method-chain = The chain joins the copies and copyings listed here. Its grade is that of its weakest step.
report-method-contradiction =
    Both statements are on record with speaker and channel. No data are needed to see that they differ.
report-method-sale =
    A document on record shows the sale. For each list of the seller and each of the buyer, the tool asks which was
    likelier copied from the other.
report-method-refusal =
    The tool compares lists of refusals with copies handed over, calls made and lists held after the day of each refusal.
    A call on that day does not count.
report-method-line =
    Calls and complaints are counted for the line whose number was shown. Intervals are exact, at 95%. A shown
    number can be forged.

# Numbers of a finding
report-fact-people = People
report-fact-events = Calls
report-fact-reading = Finding
report-fact-without = Probability without the judgement
report-fact-probability = Probability
report-fact-seen = First seen
report-fact-ends = End of the copy
report-fact-canaries = Planted records seen / planted
report-fact-test-canaries = Chance of error, by records planted only in this copy
report-fact-test-draw = Chance of error, by the random draw of the marks
report-fact-rows = Ordinary records of the copy in it
report-fact-shared = Contacts in common
report-fact-share = Share of the copy
report-fact-via = By way of an inferred list
report-fact-p-value = p-value
report-fact-best = Likeliest day
report-fact-rate = Share of the client’s records that were taken
report-fact-matched = Client’s contacts in it
report-fact-later = Records added after the window: in it / all
report-fact-gone = Records deleted before the window: in it / all
report-fact-releases = Copies dated in the window
report-fact-said = Said
report-fact-channel = Channel
report-fact-value = Value claimed
report-fact-lists = Lists

# Channels
report-channel-phone = phone
report-channel-chat = chat
report-channel-website = website
report-channel-contract = contract
report-channel-interview = interview
report-channel-notice = notice
report-channel-other = other
